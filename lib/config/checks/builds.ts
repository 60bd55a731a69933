import type { Mistake, Path } from '../mistakes/mistake.ts'
import type { ProcessSettings, TapitFile } from '../schema.ts'
import { isAbsolute, isOutside } from '../is-outside.ts'
import { quote } from '../wording/quote.ts'
import { isWritten, placeIn, type View } from './view.ts'

/** What images are built from, and what with: nothing of another folder or machine, and no secret where everybody reads it. */
export function checkBuilds(settings: TapitFile): readonly Mistake[] {
  return [
    ...checkSource(settings),
    ...checkBuild({ path: ['build'], build: settings.build }),
    ...processesIn(settings).flatMap(({ path, process }) => [
      ...checkPaths(process, path),
      ...checkBuild({ path: [...path, 'build'], build: process.build }),
    ]),
  ]
}

/** Processes that share an image share how it is built. */
export function checkOwnBuilds(view: View): readonly Mistake[] {
  return view.app.processes
    .filter(({ name, path }) => path === undefined && isWritten(view, name, 'build'))
    .map(({ name }) => ({
      path: placeIn(view, name, 'build'),
      on: 'key',
      message:
        'is not allowed without path: it runs the image that the app shares. Say it in the build at the top of the file, or give it a path (path: .) to have an image of its own.',
    }))
}

type PlacedProcess = { readonly path: Path; readonly process: ProcessSettings }

/** Those of the app, and what environments say of them. */
function processesIn({ processes, environments = {} }: TapitFile): readonly PlacedProcess[] {
  const placed = (path: Path, group: TapitFile['processes']): readonly PlacedProcess[] =>
    Object.entries(group).map(([name, process]) => ({ path: [...path, 'processes', name], process }))
  return [
    ...placed([], processes),
    ...Object.entries(environments).flatMap(([name, { processes: own = {} }]) =>
      placed(['environments', name], own),
    ),
  ]
}

function checkSource({ build }: TapitFile): readonly Mistake[] {
  // The user alone may be a token too.
  if (build?.source === undefined || !/^https?:\/\/[^/]*@/i.test(build.source)) return []
  return [
    {
      path: ['build', 'source'],
      message:
        'holds a user or a password, and everybody reads this file. Allowed: the URL without them; Git gets them from its credential helper.',
    },
  ]
}

function checkPaths({ path: folder, dockerfile }: ProcessSettings, path: Path): readonly Mistake[] {
  return [
    ...(folder !== undefined && isOutside(folder)
      ? [
          {
            path: [...path, 'path'],
            message: `${quote(folder)} ${leadsOut}. Allowed: a folder in it, such as ./services/web.`,
          },
        ]
      : []),
    ...(dockerfile !== undefined && isOutside(dockerfile)
      ? [
          {
            path: [...path, 'dockerfile'],
            message: `${quote(dockerfile)} leads out of the folder that is built. Allowed: a file in it, such as docker/web.Dockerfile.`,
          },
        ]
      : []),
  ]
}

const leadsOut = 'leads out of the folder of tapit.yml'

type PlacedBuild = { readonly path: Path; readonly build: ProcessSettings['build'] }

function checkBuild({ path, build }: PlacedBuild): readonly Mistake[] {
  const { args = {}, secrets = {}, contexts = {} } = build ?? {}
  return [
    ...Object.keys(args)
      .filter(looksSecret)
      .map(name => ({
        path: [...path, 'args', name],
        on: 'key' as const,
        message:
          'is not allowed: the history of the image tells its build arguments to everybody who can pull it. Put it into `secrets` beside `args` (env:<variable>), and read it with RUN --mount=type=secret. Allowed: if it is no secret, another name.',
      })),
    ...Object.entries(args)
      .filter(([, value]) => value.includes('\0'))
      .map(([name]) => ({
        path: [...path, 'args', name],
        message: 'holds a zero byte, which no program can be given. Allowed: any other text.',
      })),
    ...Object.entries(secrets)
      .filter(([, from]) => from.startsWith('file:') && isOutside(from.slice('file:'.length)))
      .map(([id, from]) => ({
        path: [...path, 'secrets', id],
        message: `${quote(from)} ${leadsOut}. Allowed: file:<path> of a file in it, which .gitignore should name, or env:<variable>.`,
      })),
    ...Object.entries(contexts).flatMap(([name, place]) => checkContext([...path, 'contexts', name], place)),
  ]
}

/** A folder beside this one may be of the same repository; one that begins at the root is of one machine alone. */
function checkContext(path: Path, place: string): readonly Mistake[] {
  const why = place.includes('://')
    ? !/^docker-image:\/\/[^\s,]+$/.test(place) && 'no such kind of context'
    : (isAbsolute(place) && 'other machines have no such folder') ||
      (/[,\n]/.test(place) && 'Docker takes no comma there')
  return why === false
    ? []
    : [
        {
          path,
          message: `${quote(place)} is not allowed: ${why}. Allowed: a path from the folder of tapit.yml (../shared), or docker-image://<image>.`,
        },
      ]
}

const secretWords = ['TOKEN', 'SECRET', 'SECRETS', 'PASSWORD', 'PASSWD', 'PASSPHRASE', 'PWD', 'CREDENTIAL']
const secretEnding = new RegExp(
  `(?:^|_)(?:${[...secretWords, 'CREDENTIALS', 'KEY', 'APIKEY', 'AUTH'].join('|')})$`,
  'i',
)
/** What frontends put into what they serve, and keys that are made to be seen. */
const isPublic =
  /^(?:NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|VUE_APP|GATSBY)_|(?:^|_)(?:PUBLIC|PUBLISHABLE|ANON|SITE|CACHE)_KEY$/i

/** By its last word, as BuildKit's own linter judges (SecretsUsedInArgOrEnv), but for names that are public by custom. */
function looksSecret(name: string): boolean {
  return secretEnding.test(name) && !isPublic.test(name)
}
