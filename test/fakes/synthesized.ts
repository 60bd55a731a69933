import { App } from 'aws-cdk-lib'
import { parseConfig } from '../../lib/config/read-config.ts'
import { defineStacks } from '../../lib/constructs/patterns/define-stacks.ts'
import type { Template } from './cloudformation.ts'

/** The templates of a tapit.yml by the names of their stacks, as `cdk deploy` would send them. */
export function synthesized(text: string): Readonly<Record<string, Template>> {
  const app = new App({ analyticsReporting: false })
  defineStacks(app, parseConfig(text, 'tapit.yml'), {})
  return Object.fromEntries(
    app.synth().stacks.map(({ stackName, template }) => [stackName, template as Template]),
  )
}
