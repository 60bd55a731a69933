import { describe, expect, it } from 'vitest'
import { nearest } from '../../../lib/names/nearest.ts'

describe('the nearest names', () => {
  it.each([
    ['docker_tga', ['process', 'docker_tag', 'tag'], ['docker_tag']],
    ['docker-tag', ['docker_tag'], ['docker_tag']],
    ['DOCKER_TAG', ['docker_tag'], ['docker_tag']],
    ['dep', ['create', 'deploy'], ['deploy']],
    ['statsu', ['status', 'show'], ['status']],
    ['v1.40', ['v1.4.0', 'v1.3.0', 'v2'], ['v1.4.0']],
    ['aa', ['ab', 'ac', 'ad', 'ae'], ['ab', 'ac', 'ad']],
    ['x', ['y', 'process'], ['y']],
    ['nothing', ['process', 'status'], []],
    ['', ['a'], []],
    ['x'.repeat(20_000), ['x'], []],
  ])('to %s among %j are %j', (word, candidates, near) => {
    expect(nearest(word, candidates)).toEqual(near)
  })
})
