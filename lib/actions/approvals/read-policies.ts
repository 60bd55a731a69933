import { readPolicy } from '../../config/read-policy.ts'
import type { PolicySettings } from '../../config/schema.ts'
import { policyParameter } from '../../names/aws.ts'
import { Refusal } from '../../names/refusal.ts'

/** The policies in force: those that CDK has put into SSM, whatever a tapit.yml says. One that is not understood lets nothing through. */
export function readPolicies(
  parameters: ReadonlyMap<string, string>,
  app: string,
): readonly PolicySettings[] {
  const path = policyParameter(app, '')
  return [...parameters]
    .filter(([name]) => name.startsWith(path))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => policyIn(name, value, path))
}

function policyIn(name: string, value: string, path: string): PolicySettings {
  const { policy, ...read } = readPolicy(parsed(name, value))
  if (policy !== undefined) {
    // Policies are told apart by their names: of two with one name, one would count for both.
    if (path + policy.name !== name) throw unreadable(name, `its name is ${policy.name}.`)
    return policy
  }
  const [mistake] = 'mistakes' in read ? read.mistakes : []
  throw unreadable(name, mistake === undefined ? '' : `${mistake.key ?? 'it'}: ${mistake.message}`)
}

type Json = Parameters<typeof readPolicy>[0]

function parsed(name: string, value: string): Json {
  try {
    const json: Json = JSON.parse(value)
    return json
  } catch {
    throw unreadable(name, 'it is no JSON.')
  }
}

function unreadable(name: string, what: string): Refusal {
  return new Refusal({
    code: 'policy_unreadable',
    exit: 'waiting',
    message: `the policy ${name} is in force, and is not understood: ${what}`,
    advice: 'Mend it in tapit.yml and deploy the infrastructure (cdk deploy), or use a newer tapit.',
  })
}
