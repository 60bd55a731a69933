import { staticCommand, staticDockerfile } from '../dockerfile/static-dockerfile.ts'
import { chosenPort } from './chosen-port.ts'
import type { Finding } from './finding.ts'
import type { Look } from './look.ts'

const folders = ['.', 'public', 'dist', 'build', 'site', '_site', 'www', 'html', 'static', 'out']

/** Files to be served as they are. */
export async function staticSite(look: Look): Promise<Finding | undefined> {
  for (const folder of folders) {
    const index = folder === '.' ? 'index.html' : `${folder}/index.html`
    if (!(await look.has(index))) continue
    const port = chosenPort(look, { isServer: true, takesPort: true, usual: 8080, of: 'the web server' })
    return {
      is: 'found',
      runtime: 'static',
      // The major version of nginx.
      version: '1',
      command: staticCommand,
      ...(port.port !== undefined && { port: port.port }),
      reasons: [`static site: ${index}`, 'served by nginx', port.reason],
      warnings: [...port.warnings, ...(await missing(look, folder))],
      ignored: folder === '.' ? ['node_modules', '*.md', 'tapit.yml'] : [],
      dockerfile: staticDockerfile({
        folder,
        isSinglePage: false,
        hasNotFoundPage: await look.has(folder === '.' ? '404.html' : `${folder}/404.html`),
        port: port.port ?? 8080,
      }),
    }
  }
  return undefined
}

/** What is served is all that is sent to the build. */
async function missing(look: Look, folder: string): Promise<readonly string[]> {
  return folder === '.' && (await look.has('.dockerignore'))
    ? [
        'the whole folder is served: name in .dockerignore what nobody should see, also Dockerfile and .dockerignore',
      ]
    : []
}
