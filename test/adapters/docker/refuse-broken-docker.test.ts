import { describe, expect, it } from 'vitest'
import { refuseBrokenDocker } from '../../../lib/adapters/docker/refuse-broken-docker.ts'

describe('a Docker that cannot build', () => {
  it.each([
    ["docker: 'buildx' is not a docker command.\nSee 'docker --help'", 'no_buildx'],
    ["docker: unknown command: docker buildx\n\nRun 'docker --help' for more information", 'no_buildx'],
    ["unknown flag: --progress\nSee 'docker --help'.\n\nUsage:  docker [OPTIONS] COMMAND\n", 'no_buildx'],
    ['unknown flag: --progress\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n', 'no_buildx'],
    ['ERROR: invalid progress mode rawjson', 'no_buildx'],
    [
      'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'engine_not_running',
    ],
    [
      'ERROR: failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory',
      'engine_not_running',
    ],
    [
      'ERROR: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Head "http://%2Fvar%2Frun%2Fdocker.sock/_ping": dial unix /var/run/docker.sock: connect: permission denied',
      'engine_not_running',
    ],
    [
      'ERROR: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
      'engine_not_running',
    ],
    [
      'error during connect: Get "http://example.invalid:2375/_ping": dial tcp: no such host',
      'engine_not_running',
    ],
    [
      'ERROR: context "nosuch": context not found: open /root/.docker/contexts: no such file',
      'engine_not_running',
    ],
    ['ERROR: no builder "mine" found', 'engine_unfit'],
  ])('“%s” is %s', (said, code) => {
    expect(() => refuseBrokenDocker(said)).toThrow(expect.objectContaining({ code, exitCode: 3 }))
  })

  it.each([
    "unknown flag: --prefer-index\nSee 'docker buildx imagetools create --help'.",
    'ERROR: failed to solve: process "/bin/sh -c docker ps" did not complete successfully: exit code: 1',
    'ERROR: failed to push x: dial tcp 127.0.0.1:5000: connect: connection refused',
  ])('“%s” is something else', said => {
    expect(refuseBrokenDocker(said)).toBeUndefined()
  })
})
