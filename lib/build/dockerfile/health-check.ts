import { execForm } from './exec-form.ts'

export type Probe = {
  /** What the image of the last stage has: none of them has curl, and none needs it. */
  readonly by: 'node' | 'bun' | 'python' | 'ruby' | 'wget' | 'bash'
  /** The variable that the port is taken out of; else the number stands there. */
  readonly variable?: 'PORT' | 'SERVER_PORT' | 'QUARKUS_HTTP_PORT'
  readonly port: number
  readonly path: string
}

/** Any answer below 500 says that it lives: without a path made for it, `/` may well redirect or ask who you are. */
export function healthCheck(probe: Probe): string {
  return [
    '# For `docker run` and Compose: ECS never looks at this, but at the checks of the load balancer (`readiness` in tapit.yml).',
    `HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \\\n    CMD ${commandOf(probe)}`,
  ].join('\n')
}

function commandOf(probe: Probe): string {
  switch (probe.by) {
    case 'node':
      return execForm(['node', '-e', javaScript(probe)])
    case 'bun':
      return execForm(['bun', '-e', javaScript(probe)])
    case 'python':
      return execForm(['python', '-c', python(probe)])
    case 'ruby':
      return execForm(['ruby', '-rnet/http', '-e', ruby(probe)])
    case 'wget':
      return `wget -q -O /dev/null "http://127.0.0.1:${shellPort(probe)}${probe.path}" || exit 1`
    case 'bash':
      return execForm(['bash', '-c', bash(probe)])
  }
}

function javaScript({ variable, port, path }: Probe): string {
  const from = variable === undefined ? String(port) : `process.env.${variable} || ${port}`
  return `require('http').get({ host: '127.0.0.1', port: ${from}, path: '${path}', timeout: 4000 }, r => process.exit(r.statusCode < 500 ? 0 : 1)).on('error', () => process.exit(1))`
}

function python({ variable, port, path }: Probe): string {
  const from = variable === undefined ? String(port) : `int(os.environ.get('${variable}') or ${port})`
  return `import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', ${from}, timeout=4); c.request('GET', '${path}'); sys.exit(c.getresponse().status >= 500)`
}

function ruby({ variable, port, path }: Probe): string {
  const from = variable === undefined ? String(port) : `ENV.fetch('${variable}', ${port})`
  return `exit(Net::HTTP.get_response('127.0.0.1', '${path}', ${from}.to_i).code.to_i < 500)`
}

/** The image has neither curl nor wget, but its shell can open a connection. */
function bash(probe: Probe): string {
  return `exec 3<>/dev/tcp/127.0.0.1/${shellPort(probe)} && printf 'GET ${probe.path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 4 _ status _ <&3 && [ "$status" -lt 500 ]`
}

function shellPort({ variable, port }: Probe): string {
  return variable === undefined ? String(port) : `\${${variable}:-${port}}`
}
