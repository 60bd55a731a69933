import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { account, type Moto, region } from './moto.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const shop = join(root, 'examples/shop')

/** As in CI; moto reads an SSM parameter that is to keep its value by its value, hence the second word. */
const unattended = ['--require-approval', 'never', '--no-previous-parameters', '--progress', 'events']

/** A template as far as tests look at it. */
export type Template = {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >
}

export async function bootstrap(moto: Moto): Promise<void> {
  await done(moto.cdk(['bootstrap', `aws://${account}/${region}`]))
}

/** Synthesizes examples/shop, as it is or changed; answers the folder of its templates. */
export async function synthesize(
  moto: Moto,
  name: string,
  change?: (tapitYml: string) => string,
): Promise<string> {
  const out = join(moto.folder, `${name}.out`)
  if (change === undefined) {
    await done(moto.cdk(['synth', '--quiet', '--all', '--output', out], { cwd: shop }))
    return out
  }
  const cwd = join(moto.folder, name)
  await mkdir(cwd)
  const before = await readFile(join(shop, 'tapit.yml'), 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${name} changes nothing in examples/shop/tapit.yml`)
  await writeFile(join(cwd, 'tapit.yml'), after)
  const app = `${join(root, 'node_modules/.bin/tsx')} ${join(root, 'cdk/app.ts')}`
  await done(moto.cdk(['synth', '--quiet', '--all', '--output', out, '--app', app], { cwd }))
  return out
}

/** Deploys what was synthesized, all of it or the stacks that are named; answers what `cdk deploy` said. */
export async function deploy(moto: Moto, synthesized: string, ...stacks: readonly string[]): Promise<string> {
  const which = stacks.length === 0 ? ['--all'] : ['--exclusively', ...stacks]
  return done(moto.cdk(['deploy', ...which, ...unattended, '--app', synthesized]))
}

/** Makes the change set of a stack and does not execute it. */
export async function prepareChangeSet(moto: Moto, synthesized: string, stack: string): Promise<void> {
  const prepares = ['--exclusively', '--method', 'prepare-change-set']
  await done(moto.cdk(['deploy', stack, ...prepares, ...unattended, '--app', synthesized]))
}

export async function templateOf(synthesized: string, stack: string): Promise<Template> {
  return JSON.parse(await readFile(join(synthesized, `${stack}.template.json`), 'utf8'))
}

async function done(ending: ReturnType<Moto['cdk']>): Promise<string> {
  const { code, stdout, stderr } = await ending
  if (code !== 0) throw new Error(`cdk ended with ${code}:\n${stdout}\n${stderr}`)
  return `${stdout}\n${stderr}`
}
