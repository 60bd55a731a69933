import { dirname, isAbsolute, relative, resolve } from 'node:path'
import type { DetectedApp } from '../../build/analysis.ts'
import { analyze } from '../../build/analyze/analyze.ts'
import { findConfigFile } from '../../config/find-config-file.ts'
import type { Folder, NewFile } from '../../names/folder.ts'
import { exitCodes, Refusal } from '../../names/refusal.ts'
import type { Handler } from '../command.ts'
import { printResult } from '../print-result.ts'
import { viewOf } from '../report/view.ts'
import { printable } from '../text/printable.ts'
import { quoted } from '../text/quoted.ts'
import { listed } from '../wording/listed.ts'
import { createdDockerfileText } from '../wording/created-dockerfile-text.ts'

/** Writes a Dockerfile for what stands in the folder, for keeping. */
export const createDockerfile: Handler = async (invocation, io) => {
  if (io.openFolder === undefined) throw new Error('tapit create dockerfile needs a folder')
  const path = pathFrom(io.cwd, invocation.keys['path'] ?? '.')
  const folder = await io.openFolder(resolve(io.cwd, path))
  const processPath = pathInConfig(io.cwd, path)
  const app = await detected(folder, { path, processPath })
  const files = filesOf(app)
  const isDry = invocation.flags['dry-run'] === true
  if (!isDry) await folder.write(files)
  const { dockerfile, dockerignore: _, is: __, ...seen } = app
  const told = { path, processPath, app, files: files.map(file => file.path), isDry }
  // The text of a dry run is the Dockerfile alone, so that it can be piped; what was seen is told beside it.
  if (isDry && invocation.global.output === 'text')
    io.stderr.write(
      createdDockerfileText(told, viewOf(io.stderr, { env: io.env, now: io.clock.now() })).join('\n') + '\n',
    )
  await printResult(
    { invocation, io },
    {
      document: () => ({
        path,
        ...seen,
        isWritten: !isDry,
        files: files.map(file => ({ path: file.path, text: file.text })),
      }),
      text: view =>
        isDry ? [printable(dockerfile.trimEnd(), { newlines: true })] : createdDockerfileText(told, view),
    },
  )
  return exitCodes.done
}

/** From the working folder, with "/". */
function pathFrom(cwd: string, wanted: string): string {
  const path = relative(cwd, resolve(cwd, wanted)).replaceAll('\\', '/')
  if (path !== '..' && !path.startsWith('../') && !isAbsolute(path)) return path === '' ? '.' : path
  throw new Refusal({
    code: 'folder_outside',
    exit: 'usage',
    message: `path ${quoted(wanted)} is outside of this folder.`,
    advice: 'Go to the folder that holds it, and run it there.',
  })
}

/** Processes name their folders from the one of tapit.yml, which may be further up; without one it is the working folder. */
function pathInConfig(cwd: string, path: string): string {
  const config = findConfigFile(cwd)
  const from = config === undefined ? cwd : dirname(config)
  return relative(from, resolve(cwd, path)).replaceAll('\\', '/') || '.'
}

async function detected(
  folder: Folder,
  { path, processPath }: { readonly path: string; readonly processPath: string },
): Promise<DetectedApp> {
  if ((await folder.entries('.')) === undefined) throw noFolder(path)
  const analysis = await analyze(folder)
  switch (analysis.is) {
    case 'detected':
      return analysis
    case 'own_dockerfile':
      throw new Refusal({
        code: 'file_exists',
        message: `${path === '.' ? '' : `${path}/`}${analysis.path} is there, and stays as it is.`,
        advice: `\`tapit image build\` builds it${processPath === '.' ? '' : `, for a process with \`path: ${printable(processPath)}\` in tapit.yml`}. To have another one written, move it away first.`,
      })
    case 'unknown':
      throw new Refusal({
        code: 'nothing_detected',
        message: `what runs in ${path === '.' ? 'this folder' : quoted(path)} is not known: ${printable(analysis.why)}.`,
        advice: [
          ...(analysis.seen.length === 0
            ? []
            : [`Seen: ${listed(analysis.seen.map(name => printable(name)))}.`]),
          'Write a Dockerfile: FROM an image of its language, COPY the sources, USER that is not root, EXPOSE the port, CMD ["…"];',
          'or name the command in a Procfile ("web: …"). docs/dockerfiles.md says what is looked at.',
        ].join(' '),
      })
  }
}

function noFolder(path: string): Refusal {
  return new Refusal({
    code: 'no_such_folder',
    exit: 'usage',
    message: `there is no folder ${quoted(path)}.`,
    advice: 'path= names a folder below this one: path=services/web',
  })
}

function filesOf({ dockerfile, dockerignore }: DetectedApp): readonly NewFile[] {
  return [
    { path: 'Dockerfile', text: dockerfile, replaces: false },
    ...(dockerignore === undefined ? [] : [{ path: '.dockerignore', text: dockerignore, replaces: false }]),
  ]
}
