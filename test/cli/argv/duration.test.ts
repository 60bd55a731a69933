import { describe, expect, it } from 'vitest'
import { parseDuration } from '../../../lib/cli/argv/duration.ts'

describe('a duration', () => {
  it.each([
    ['1s', 1000],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1d2h3m4s', 93_784_000],
    ['007s', 7000],
    ['366d', 31_622_400_000],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text, '--timeout')).toBe(milliseconds)
  })

  it.each([
    '',
    '30',
    '0s',
    '0h0m',
    '-1m',
    '+1m',
    '1.5h',
    '1e3s',
    '1 h',
    ' 1h',
    '1h\n',
    '1m1h',
    '1ms',
    '1H',
    'h',
    'Infinity',
    '367d',
    '99999999999s',
    '٣m',
    '1h'.repeat(10_000),
  ])('refuses %j', text => {
    expect(() => parseDuration(text, '--timeout')).toThrow('--timeout is not a duration: ')
  })
})
