import type { IConstruct } from 'constructs'
import { describe, expect, it } from 'vitest'
import { nagFindings } from '../support/nag-findings.ts'
import { type ExampleName, exampleNames, synthesizeExample } from './support/examples.ts'

type Acknowledged = { readonly path: string; readonly rule: string; readonly reason: string }

/** What tapit.yml itself asks for: whoever writes it answers for it, not the library. */
const askedFor: Readonly<Record<string, string>> = {
  'AwsSolutions-IAM5[Resource::arn:aws:s3:::example-shop-reports/*]':
    'backoffice reads reports, whose names are known only when they are there',
}

describe('cdk-nag’s AwsSolutions pack', () => {
  it.each(exampleNames)('finds nothing in %s that carries no written reason', name => {
    const { stacks } = synthesizeExample(name)

    const findings = stacks.flatMap(nagFindings)

    expect(findings.filter(finding => askedFor[finding.split(' ')[0] ?? ''] === undefined)).toEqual([])
  })

  it.each(exampleNames)('is answered in %s with reasons that say something', name => {
    const given = acknowledgedIn(name)

    const thin = given.filter(({ reason }) => reason.length < 20)

    expect(given.length).toBeGreaterThan(0)
    expect(thin).toEqual([])
  })

  it.each(exampleNames)(
    'is answered in %s rule by rule: no reason stands for a whole pack or stack',
    name => {
      const stacks = synthesizeExample(name).stacks.map(({ node }) => node.path)

      const wide = acknowledgedIn(name)
        .filter(({ rule }) => rule.includes('AwsSolutions'))
        .filter(({ path, rule }) => stacks.includes(path) || !/AwsSolutions-[A-Z]+\d+/.test(rule))

      expect(wide).toEqual([])
    },
  )

  it('is answered for these rules, and no others', () => {
    const rules = exampleNames
      .flatMap(acknowledgedIn)
      .map(({ rule }) => /AwsSolutions-[A-Z]+\d+/.exec(rule)?.[0])
      .filter(rule => rule !== undefined)

    expect([...new Set(rules)].toSorted()).toEqual([
      'AwsSolutions-EC23',
      'AwsSolutions-ECS2',
      'AwsSolutions-ECS7',
      'AwsSolutions-IAM4',
      'AwsSolutions-IAM5',
      'AwsSolutions-S1',
    ])
  })
})

function acknowledgedIn(name: ExampleName): readonly Acknowledged[] {
  return synthesizeExample(name).app.node.findAll().flatMap(acknowledgedBy)
}

function acknowledgedBy({ node }: IConstruct): readonly Acknowledged[] {
  return node.metadata
    .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
    .flatMap(({ data }) =>
      Object.entries(data as Readonly<Record<string, string>>).map(([rule, reason]) => ({
        path: node.path,
        rule,
        reason,
      })),
    )
}
