import { execFileSync } from 'node:child_process'
import { chmod, copyFile, cp, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Folders out of which images are made that stand for base images, since there is no public registry here: of what this machine runs itself. */

const applets = ['sh', 'env', 'cat', 'rm', 'cp', 'mkdir', 'wget', 'httpd']

/** Node and npm of this machine, on a static busybox. */
export async function nodeBase(folder: string): Promise<void> {
  await shellBase(folder)
  const npm = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim()
  await put(folder, await realpath(process.execPath), '/usr/bin/node')
  await libraries(folder, [process.execPath])
  await cp(join(npm, 'npm'), join(folder, 'usr/lib/node_modules/npm'), { recursive: true })
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/bin/npm'))
  await chmod(join(folder, 'usr/lib/node_modules/npm/bin/npm-cli.js'), 0o755)
}

/** Python of this machine with its own library, at the paths where it looks for them. */
export async function pythonBase(folder: string): Promise<void> {
  await shellBase(folder)
  const script =
    'import os, sys, sysconfig; print(os.path.realpath(sys.executable)); print(sysconfig.get_path("stdlib"))'
  const [program = '', library = ''] = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).split(
    '\n',
  )
  await put(folder, program, program)
  await mkdir(join(folder, 'usr/local/bin'), { recursive: true })
  await symlink(program, join(folder, 'usr/local/bin/python'))
  await cp(library, join(folder, library), {
    recursive: true,
    filter: source =>
      !/\/(?:site-packages|dist-packages|test|tests|idlelib|ensurepip|config-[^/]+|__pycache__)$/.test(
        source,
      ),
  })
  const modules = (await readdir(join(library, 'lib-dynload'))).map(file =>
    join(library, 'lib-dynload', file),
  )
  await libraries(folder, [program, ...modules])
}

/** What nginx's image does with PORT and its folder, by busybox. */
export async function webServerBase(folder: string): Promise<void> {
  await shellBase(folder)
  await writeFile(join(folder, 'bin/nginx'), '#!/bin/sh\nexec httpd -f -p "$PORT" -h /usr/share/nginx/html\n')
  await chmod(join(folder, 'bin/nginx'), 0o755)
}

async function shellBase(folder: string): Promise<void> {
  await put(folder, '/bin/busybox', '/bin/busybox')
  for (const applet of applets) await symlink('busybox', join(folder, 'bin', applet))
  await mkdir(join(folder, 'usr/bin'), { recursive: true })
  await symlink('../../bin/env', join(folder, 'usr/bin/env'))
  await mkdir(join(folder, 'tmp'), { recursive: true })
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  await writeFile(join(folder, '.dockerignore'), 'Dockerfile\n.dockerignore\n')
}

async function put(folder: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(folder, to)), { recursive: true })
  await copyFile(from, join(folder, to))
}

/** The libraries that programs are linked with, and the loader that finds them. */
async function libraries(folder: string, programs: readonly string[]): Promise<void> {
  const listed = execFileSync('ldd', programs, { encoding: 'utf8' })
  const paths = new Set(
    [...listed.matchAll(/(?:=> |^\s+)(?<path>\/\S+) \(/gm)].map(({ groups }) => groups?.['path'] ?? ''),
  )
  for (const path of paths) await put(folder, path, path)
}
