import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { jsonSchema } from '../../lib/config/json-schema.ts'
import { designExample } from './support/design-example.ts'

const forEditors = z.fromJSONSchema(jsonSchema())

describe('the JSON Schema of tapit.yml', () => {
  it('is of draft 7, which the YAML servers of editors know', () => {
    expect(jsonSchema().$schema).toBe('http://json-schema.org/draft-07/schema#')
  })

  it('takes the example of the design', () => {
    expect(forEditors.safeParse(parse(designExample)).error).toBeUndefined()
  })

  it.each([
    ['variables that YAML sees as numbers and switches', 'worker: { env: { A: 1.10, B: true, C: x } }'],
    [
      'the same of an environment',
      'worker: }\nenvironments: { staging: { processes: { worker: { env: { A: 1 } } } }',
    ],
    ['the same of build arguments', 'worker: }\nbuild: { args: { A: 1.10, B: true, C: x } '],
    ['a build with nothing in it', 'worker: { build: } }\nbuild: { args: , secrets: , contexts: '],
    ['a process with nothing in it', 'worker: '],
    ['an environment with nothing in it', 'worker: }\nenvironments: { staging: '],
    ['groups with nothing in them', 'worker: { env: } }\nroutes:\npolicies:\nstrategies: {'],
  ])('takes %s, as tapit does', (_, processes) => {
    expect(forEditors.safeParse(parse(`app: shop\nprocesses: { ${processes} }\n`)).error).toBeUndefined()
  })

  it.each([
    ['an unknown key', 'worker: { comand: [x] }'],
    ['a number for a list', 'worker: { command: 3 }'],
    ['a CPU size that there is not', 'worker: { cpu: 300 }'],
    ['a map for a variable', 'worker: { env: { A: { b: c } } }'],
    ['nothing for a variable', 'worker: { env: { A: } }'],
    ['an unknown type of readiness', 'worker: { readiness: { type: tcp } }'],
    ['a process in upper case', 'Worker: {}'],
    ['a secret in the place of where it is', 'worker: }\nbuild: { secrets: { npm: hunter2 } '],
    ['limits of a single build', 'worker: { path: x, build: { memory: 1024 } }'],
  ])('refuses %s', (_, processes) => {
    expect(forEditors.safeParse(parse(`app: shop\nprocesses: { ${processes} }\n`)).success).toBe(false)
  })
})
