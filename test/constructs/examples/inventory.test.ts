import { describe, expect, it } from 'vitest'
import { type CloudFormationTemplate, exampleStacks, synthesizeExample } from './support/examples.ts'

describe('the examples', () => {
  it('are a foundation and a stack for each environment', () => {
    expect(exampleStacks.map(([stack]) => stack).toSorted()).toEqual([
      'gallery',
      'hello',
      'ledger',
      'shop',
      'shop-staging',
      'tapit-foundation',
    ])
  })

  it.each(exampleStacks)(
    '%s has these resources, under these ids: another id would replace what is there',
    async (stack, template) => {
      await expect(inventoryOf(template)).toMatchFileSnapshot(`__snapshots__/${stack}.resources.txt`)
    },
  )

  it('a web process and a worker in a network of somebody else are this template', async () => {
    const { templates } = synthesizeExample('existing-vpc')

    await expect(`${JSON.stringify(templates['ledger'], undefined, 1)}\n`).toMatchFileSnapshot(
      '__snapshots__/ledger.template.json.snap',
    )
  })

  it('are the same each time they are synthesized', () => {
    const [one, other] = [synthesizeExample('shop'), synthesizeExample('shop')]

    expect(other.templates).toEqual(one.templates)
  })

  it('need no file assets and no Lambda: nothing but CloudFormation runs in the account', () => {
    const types = new Set(exampleStacks.flatMap(([, { Resources }]) => Object.values(Resources).map(typeOf)))

    expect([...types].filter(type => /^(AWS::Lambda|AWS::CloudFormation|Custom::)/.test(type))).toEqual([])
  })
})

function typeOf({ Type }: { readonly Type: string }): string {
  return Type
}

function inventoryOf({ Resources }: CloudFormationTemplate): string {
  const lines = Object.entries(Resources).map(([id, { Type, DeletionPolicy }]) =>
    [Type, id, ...(DeletionPolicy === undefined ? [] : [`(${DeletionPolicy})`])].join(' '),
  )
  return `${lines.toSorted().join('\n')}\n`
}
