#!/usr/bin/env node
import { relative } from 'node:path'
import { App } from 'aws-cdk-lib'
import { findConfigFile } from '../lib/config/find-config-file.ts'
import { readConfig } from '../lib/config/read-config.ts'
import { defineStacks } from '../lib/constructs/patterns/define-stacks.ts'
import { printable } from '../lib/cli/text/printable.ts'
import { Refusal } from '../lib/names/refusal.ts'

/** What cdk.json runs: the tapit.yml here or above → a foundation stack and one stack for each environment. CDK_DEBUG=true shows where it failed. */
try {
  const file = findConfigFile(process.cwd())
  if (file === undefined) {
    throw new Refusal({
      code: 'no_config',
      exit: 'usage',
      message: `there is no tapit.yml in ${process.cwd()} or above.`,
      advice: 'Write one with: npx tapit init',
    })
  }
  const app = new App()
  // Messages name the file as people see it from here.
  defineStacks(app, readConfig(relative(process.cwd(), file)), process.env)
  app.synth()
} catch (error) {
  if (!(error instanceof Error) || process.env['CDK_DEBUG'] === 'true') throw error
  const refusal = error instanceof Refusal ? error : undefined
  const said = [`tapit: ${error.message}`, ...(refusal?.advice === undefined ? [] : [`  ${refusal.advice}`])]
  process.stderr.write(`${printable(said.join('\n'), { newlines: true })}\n`)
  process.exitCode = refusal?.exitCode ?? 1
}
