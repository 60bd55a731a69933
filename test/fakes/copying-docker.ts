import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../init/temporary-folder.ts'
import type { Shop } from './shop.ts'

/** A folder for PATH with a `docker` that can log in and copy images between the registries of shops, whatever their accounts. */
export function copyingDocker(...shops: readonly Shop[]): string {
  const regions = Object.fromEntries(
    shops.map(({ url, sandbox }) => [new URL(url).host, sandbox.world.region]),
  )
  const folder = temporaryFolder({
    docker: `#!${process.execPath}
const regions = ${JSON.stringify(regions)}
const [, command, verb, ...rest] = process.argv.slice(1)
const ask = async (reference, operation, more) => {
  const host = reference.slice(0, reference.indexOf('/'))
  const [, repositoryName] = /^[^/]+\\/(.+?)(?:@.*|:[^:/]+)?$/.exec(reference)
  const answer = await fetch('http://' + host, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.' + operation,
      authorization: 'AWS4-HMAC-SHA256 Credential=sandbox/20260101/' + regions[host] + '/ecr/aws4_request, SignedHeaders=host, Signature=none',
    },
    body: JSON.stringify({ repositoryName, ...more }),
  })
  const body = await answer.json()
  if (answer.ok) return body
  throw new Error(JSON.stringify(body))
}
const named = reference => {
  const digest = /@(.*)$/.exec(reference)?.[1]
  return digest === undefined ? { imageTag: /:([^:/]+)$/.exec(reference)[1] } : { imageDigest: digest }
}
const manifest = async reference => {
  const { images: [image] } = await ask(reference, 'BatchGetImage', { imageIds: [named(reference)] })
  return image.imageManifest
}
const imagetools = async () => {
  const [action, ...words] = rest
  const last = words.at(-1)
  if (action === 'inspect') return process.stdout.write(await manifest(last))
  const to = words.find(word => word.startsWith('--tag=')).slice('--tag='.length)
  await ask(to, 'PutImage', { imageManifest: await manifest(last), ...named(to) })
}
if (command === 'login') process.stdin.resume().on('end', () => process.exit(0))
else if (command === 'buildx' && verb === 'imagetools') imagetools().catch(error => { console.error(error.message); process.exit(1) })
else process.exit(1)
`,
  })
  chmodSync(join(folder, 'docker'), 0o755)
  return folder
}
