import { describe, expect, it } from 'vitest'
import { alarmVerdict, missingDataTreatments } from '../../../lib/sandbox/cloudwatch/alarm-verdict.ts'

/** `X` breaches, `0` does not, `-` is missing; oldest first. */
function verdicts(data: string, datapointsToAlarm: number): readonly string[] {
  const periods = data.split('').map(each => (each === '-' ? undefined : Number(each === 'X')))
  return missingDataTreatments.map(treatMissingData =>
    alarmVerdict(periods, {
      evaluationPeriods: 3,
      datapointsToAlarm,
      treatMissingData,
      isBreaching: value => value > 0,
    }),
  )
}

const [ALARM, OK, NONE, retain] = ['ALARM', 'OK', 'INSUFFICIENT_DATA', 'retain']

/** In the order of `missingDataTreatments`: missing, ignore, breaching, notBreaching. */
describe('the tables of AWS’s documentation', () => {
  it.each([
    ['0-X-X', [OK, OK, OK, OK]],
    ['0----', [OK, OK, OK, OK]],
    ['-----', [NONE, retain, ALARM, OK]],
    ['0XX-X', [ALARM, ALARM, ALARM, ALARM]],
    ['--X--', [ALARM, retain, ALARM, OK]],
  ])('3 of 3: %s', (data, expected) => {
    expect(verdicts(data, 3)).toEqual(expected)
  })

  it.each([
    ['0-X-X', [ALARM, ALARM, ALARM, ALARM]],
    ['00X0X', [ALARM, ALARM, ALARM, ALARM]],
    ['0-X--', [OK, OK, ALARM, OK]],
    ['----0', [OK, OK, ALARM, OK]],
    ['---X-', [ALARM, retain, ALARM, OK]],
  ])('2 of 3: %s', (data, expected) => {
    expect(verdicts(data, 2)).toEqual(expected)
  })
})

it('does not go to ALARM for a single breach that is too fresh', () => {
  expect(verdicts('----X', 2)).toEqual([retain, retain, ALARM, OK])
})
