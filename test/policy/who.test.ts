import { describe, expect, it } from 'vitest'
import { type Person, isSamePerson } from '../../lib/policy/is-same-person.ts'
import { matchesPattern } from '../../lib/policy/matches-pattern.ts'
import { principalOf } from '../../lib/policy/principal-of.ts'

describe('somebody, as policies name them', () => {
  it.each([
    ['arn:aws:sts::111122223333:assumed-role/senior-dev/ada', '111122223333:role/senior-dev'],
    ['arn:aws-cn:sts::111122223333:assumed-role/a/b', '111122223333:role/a'],
    ['arn:aws:iam::111122223333:user/people/ada', '111122223333:user/ada'],
    ['arn:aws:iam::111122223333:user/ada', '111122223333:user/ada'],
    ['arn:aws:sts::111122223333:federated-user/ada', '111122223333:federated-user/ada'],
    ['arn:aws:iam::111122223333:root', '111122223333:root'],
  ])('%s is %s', (arn, principal) => {
    expect(principalOf(arn)).toBe(principal)
  })

  it.each([
    ['111122223333:role/senior-dev', '111122223333:role/senior-*', true],
    ['111122223333:role/senior-dev', '*', true],
    ['111122223333:role/senior-dev', '*:role/*-dev', true],
    ['111122223333:role/senior-dev', '111122223333:role/senior', false],
    ['111122223333:role/senior-dev', '111122223333:role/*-dev-*', false],
    ['111122223333:role/aa', '111122223333:role/a*a', true],
    ['111122223333:role/a', '111122223333:role/a*a', false],
    ['111122223333:role/a.b', '111122223333:role/a?b', false],
  ])('%s is as %s says: %s', (text, pattern, matches) => {
    expect(matchesPattern(text, pattern)).toBe(matches)
  })

  it.each([
    ['AROAAAA:ada', 'AROAAAA:ada', true],
    ['AROAAAA:ada', 'AROAAAA:eve', false],
    ['AROAAAA:ada@example.com', 'AROABBB:ada@example.com', true],
    ['AROAAAA:ada@example.com', 'AROABBB:Ada@example.com', true],
    ['AIDAADA', 'AIDAADA', true],
    ['AIDAADA', 'AIDAEVE', false],
    ['AIDAADA', 'AROABBB:ada', true],
    ['AIDAADA', 'AROABBB:eve', false],
    ['AIDAADA', 'AROABBB:AIDAADA', false],
    ['111122223333', 'AROABBB:root', false],
  ])('%s and %s are one person: %s', (one, other, isSame) => {
    expect(isSamePerson(person(one), person(other))).toBe(isSame)
    expect(isSamePerson(person(other), person(one))).toBe(isSame)
  })
})

/** As AWS STS tells of whoever has this id. */
function person(userId: string): Person {
  const [id = '', session] = userId.split(':')
  if (session !== undefined)
    return { userId, arn: `arn:aws:sts::111122223333:assumed-role/${id.toLowerCase()}/${session}` }
  const name = id.startsWith('AIDA') ? `user/people/${id.slice(4).toLowerCase()}` : 'root'
  return { userId, arn: `arn:aws:iam::111122223333:${name}` }
}
