import { describe, expect, it } from 'vitest'
import { analyze } from '../../../lib/build/analyze/analyze.ts'
import { folderOf } from '../folder-of.ts'

const blank = '\n'.repeat(200_000)

/** Nothing can be stopped while a regular expression runs. */
describe('files of somebody who wants to keep us busy', () => {
  it.each([
    ['requirements.txt', { 'requirements.txt': `${blank}flask`, 'main.py': 'x' }],
    ['Gemfile', { Gemfile: `gem "rails"${blank}x` }],
    ['settings.gradle', { 'build.gradle': 'plugins {}', 'settings.gradle': `${blank}x` }],
  ])('are read at once: %s', { timeout: 5_000 }, async (_, files) => {
    expect(['detected', 'unknown']).toContain((await analyze(folderOf(files))).is)
  })
})
