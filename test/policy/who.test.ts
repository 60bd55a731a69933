import { describe, expect, it } from 'vitest'
import { isSamePerson } from '../../lib/policy/is-same-person.ts'
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
    ['AIDAAAA', 'AIDAAAA', true],
    ['AIDAAAA', 'AIDABBB', false],
    ['AIDAAAA', 'AROABBB:AIDAAAA', false],
  ])('%s and %s are one person: %s', (one, other, isSame) => {
    expect(isSamePerson(one, other)).toBe(isSame)
  })
})
