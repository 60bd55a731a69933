import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { App, type Stack } from 'aws-cdk-lib'
import { parseConfig } from '../../../../lib/config/read-config.ts'
import { defineStacks } from '../../../../lib/constructs/patterns/define-stacks.ts'

export type Resource = {
  readonly Type: string
  readonly Properties?: Readonly<Record<string, unknown>>
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
}

export type CloudFormationTemplate = {
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs?: Readonly<Record<string, { readonly Export?: unknown }>>
}

export type Example = {
  readonly app: App
  readonly stacks: readonly Stack[]
  /** By the name of the stack. */
  readonly templates: Readonly<Record<string, CloudFormationTemplate>>
}

/** The folders below examples/ that have a tapit.yml. */
export const exampleNames = ['shop', 'one-service', 'existing-vpc', 'strategies'] as const

export type ExampleName = (typeof exampleNames)[number]

const folder = (name: ExampleName): string =>
  fileURLToPath(new URL(`../../../../examples/${name}/`, import.meta.url))

export function tapitYmlOf(name: ExampleName): string {
  return readFileSync(`${folder(name)}tapit.yml`, 'utf8')
}

/** An example's stacks as cdk/app.ts defines them, from its tapit.yml or what a test makes of it. */
export function synthesizeExample(name: ExampleName, text: string = tapitYmlOf(name)): Example {
  const app = new App({ analyticsReporting: false, context: contextOf(name) })
  const stacks = defineStacks(app, parseConfig(text, 'tapit.yml'), {})
  const templates = Object.fromEntries(
    app
      .synth()
      .stacks.map(({ stackName, template }) => [stackName, template as CloudFormationTemplate] as const),
  )
  return { app, stacks, templates }
}

/** All stacks of all examples: what each of them has to keep to. The foundation is the same in each but for one key, so one stands for all. */
export const exampleStacks: readonly (readonly [string, CloudFormationTemplate])[] = Object.entries(
  Object.assign({}, ...exampleNames.map(name => synthesizeExample(name).templates)) as Record<
    string,
    CloudFormationTemplate
  >,
)

/** What `cdk synth` would read beside tapit.yml. */
function contextOf(name: ExampleName): Record<string, unknown> {
  if (name !== 'existing-vpc') return {}
  return JSON.parse(readFileSync(`${folder(name)}cdk.context.json`, 'utf8')) as Record<string, unknown>
}
