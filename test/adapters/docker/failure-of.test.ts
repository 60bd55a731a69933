import { describe, expect, it } from 'vitest'
import { type Failed, failureOf } from '../../../lib/adapters/docker/failure-of.ts'
import type { ImageFailureCode } from '../../../lib/build/image-failure.ts'

const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'
const reference = `${host}/shop:v1`

function failure(said: string, more: Partial<Failed> = {}): ReturnType<typeof failureOf> {
  return failureOf({ said, reference, ...more })
}

function inStep(step: string, error: string, more: Partial<Failed> = {}): ReturnType<typeof failureOf> {
  return failure(`ERROR: failed to solve: ${error}`, { step: { step, error, lines: [] }, ...more })
}

describe('a failure of Docker', () => {
  it.each<[string, ImageFailureCode]>([
    // BuildKit, as far as it says anything.
    [
      `failed to push ${reference}: unexpected status from PUT request to https://${host}/v2/shop/manifests/v1: 400 Bad Request`,
      'tag_immutable',
    ],
    [
      `failed to push ${reference}: unexpected status from PUT request to https://${host}/v2/shop/manifests/sha256:ab: 400 Bad Request`,
      'build_failed',
    ],
    // Docker's own push and what ECR says: https://github.com/moby/buildkit/issues/3776
    [
      "tag invalid: The image tag 'v1' already exists in the 'shop' repository and cannot be overwritten because the repository is immutable.",
      'tag_immutable',
    ],
    [
      "tag invalid: The image tag 'v1' already exists in the 'shop' repository and cannot be overwritten because the tag is immutable.",
      'tag_immutable',
    ],
    [
      "name unknown: The repository with name 'shop' does not exist in the registry with id '123456789012'",
      'repository_not_found',
    ],
    [
      `failed to push ${reference}: unexpected status from POST request to https://${host}/v2/shop/blobs/uploads/: 404 Not Found`,
      'repository_not_found',
    ],
    ['denied: Your authorization token has expired. Reauthenticate and try again.', 'registry_unauthorized'],
    ['no basic auth credentials', 'registry_unauthorized'],
    [
      `failed to push ${reference}: unexpected status from HEAD request to https://${host}/v2/shop/blobs/sha256:6e39: 400 Bad Request`,
      'registry_unauthorized',
    ],
    [
      `failed to push ${reference}: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://${host}/token: 401 Unauthorized`,
      'registry_unauthorized',
    ],
    ['error getting credentials - err: exit status 1, out: `no credentials`', 'registry_unauthorized'],
    [
      `failed to push ${reference}: unexpected status from HEAD request to https://${host}/v2/shop/blobs/sha256:ab: 403 Forbidden`,
      'registry_denied',
    ],
    ['toomanyrequests: Rate exceeded', 'registry_throttled'],
    [
      `failed to push ${reference}: unexpected status from PUT request to https://${host}/v2/x: 429 Too Many Requests`,
      'registry_throttled',
    ],
    [`failed to push ${reference}: unexpected status: 502 Bad Gateway`, 'registry_unavailable'],
    [
      `failed to push ${reference}: failed to do request: Head "https://${host}/v2/shop/blobs/sha256:ab": dial tcp: lookup ${host}: no such host`,
      'registry_unavailable',
    ],
    [`failed to push ${reference}: net/http: TLS handshake timeout`, 'registry_unavailable'],
    [
      `failed to do request: Head "https://${host}/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
      'registry_unavailable',
    ],
    ['write /var/lib/docker/overlay2/x: no space left on device', 'disk_full'],
    [
      'failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF',
      'engine_not_running',
    ],
    ['dockerfile parse error on line 3: unknown instruction: RUNN (did you mean RUN?)', 'dockerfile_invalid'],
    ['failed to read dockerfile: open Dockerfile: no such file or directory', 'dockerfile_missing'],
    ['Attestation is not supported for the docker driver.\nSwitch to a different driver', 'engine_unfit'],
    ['something that nobody has ever seen', 'build_failed'],
  ])('“%s” is %s', (text, code) => {
    expect(failure(`ERROR: failed to build: failed to solve: ${text}`).code).toBe(code)
  })

  it('names the permission that is missing', () => {
    const { code, message } = failure(
      'denied: User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:eu-west-1:123456789012:repository/shop because no identity-based policy allows the ecr:InitiateLayerUpload action',
    )

    expect({ code, message }).toEqual({
      code: 'registry_denied',
      message: `the permission ecr:InitiateLayerUpload is missing, for ${host}/shop.`,
    })
  })

  it.each<[string, ImageFailureCode, string]>([
    [
      'node:99: failed to resolve source metadata for docker.io/library/node:99: docker.io/library/node:99: not found',
      'base_image_unavailable',
      'the base image docker.io/library/node:99 cannot be had: there is no such image.',
    ],
    [
      'acme/x: failed to resolve source metadata for docker.io/acme/x:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'base_image_unavailable',
      'the base image docker.io/acme/x:latest cannot be had: it does not exist, or one must be logged in to pull it.',
    ],
    [
      'node:20: failed to resolve source metadata for docker.io/library/node:20: unexpected status from HEAD request to https://registry-1.docker.io/v2/library/node/manifests/20: 429 Too Many Requests',
      'registry_throttled',
      'the base image docker.io/library/node:20 cannot be had: its registry lets nobody pull so often.',
    ],
    [
      'node:20: failed to resolve source metadata for docker.io/library/node:20: no match for platform in manifest: not found',
      'base_image_unavailable',
      'the base image docker.io/library/node:20 cannot be had: it does not exist for the platform that is built.',
    ],
  ])('of a base image: %s', (error, code, message) => {
    const image = /metadata for (?<image>\S+):/.exec(error)?.groups?.['image']

    expect(inStep(`load metadata for ${image}`, error)).toMatchObject({ code, message, lines: [] })
  })

  it('of a step has the step, its exit code and its lines', () => {
    const error = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 217'
    const step = { step: '[build 3/7] RUN npm ci', error, lines: ['npm ERR! missing'] }

    expect(failure(`Dockerfile:5\nERROR: failed to solve: ${error}`, { step })).toEqual({
      code: 'step_failed',
      message: '[build 3/7] RUN npm ci ended with exit code 217.',
      step: '[build 3/7] RUN npm ci',
      exitCode: 217,
      lines: ['npm ERR! missing'],
    })
  })

  it('by exit code 137 is the memory’s, and says which limit there was', () => {
    const error = 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 137'

    expect(inStep('[2/2] RUN npm ci', error, { memory: 512 })).toMatchObject({
      code: 'out_of_memory',
      message: 'the step [2/2] RUN npm ci was killed: it needs more than the 512 MiB of build.memory.',
      exitCode: 137,
    })
    expect(inStep('[2/2] RUN npm ci', error)).toMatchObject({
      code: 'out_of_memory',
      advice: 'Give the Docker engine more memory, or let fewer images build at once.',
    })
  })

  it('of foreign programs says how to get emulation, and for what', () => {
    const step = {
      step: '[linux/arm64 build 2/3] RUN npm ci',
      error:
        'process "/dev/.buildkit_qemu_emulator /bin/sh -c npm ci" did not complete successfully: exit code: 255',
      lines: ['exec /bin/sh: exec format error'],
    }

    expect(failure(`ERROR: failed to solve: ${step.error}`, { step })).toMatchObject({
      code: 'no_emulation',
      message: expect.stringContaining('the programs of linux/arm64'),
      advice: expect.stringContaining('tonistiigi/binfmt --install all'),
    })
  })

  it('that a step writes of itself is seen in its lines', () => {
    const step = {
      step: '[2/2] RUN npm ci',
      error: 'process "/bin/sh -c npm ci" did not complete successfully: exit code: 228',
      lines: ['npm ERR! code ENOSPC'],
    }

    expect(failure(`ERROR: ${step.error}`, { step })).toMatchObject({ code: 'disk_full', step: step.step })
  })

  it('of a copy names the registry that was asked, and the image', () => {
    const source = 'other.example.com/shop:v9'

    expect(
      failure('ERROR: other.example.com/shop:v9: not found', { reference: source, source }),
    ).toMatchObject({
      code: 'image_not_found',
      message: 'there is no image other.example.com/shop:v9.',
    })
    expect(
      failure(
        'ERROR: unexpected status from GET request to https://other.example.com/v2/shop/blobs/x: 503 Service Unavailable',
        {
          source,
        },
      ).message,
    ).toContain('other.example.com')
  })

  it('that nobody knows is told with Docker’s last words', () => {
    expect(failure('#1 this\nERROR: failed to solve: the moon is in the wrong house\nand more')).toEqual({
      code: 'build_failed',
      message: 'Docker failed: the moon is in the wrong house\nand more',
      lines: [],
    })
    expect(failure('only this').message).toBe('Docker failed: only this')
    expect(failure('').message).toBe('Docker failed: it did not say why')
  })

  it('shows no password, whatever says it', () => {
    const told = JSON.stringify(
      failure(
        'ERROR: git clone https://user:p4ssw0rd@example.com/x failed, Authorization: Basic QVdTOnA0c3N3MHJkLTEyMzQ1Njc4, https://s3.example.com/?X-Amz-Signature=p4ssw0rd&x=1',
        {
          step: {
            step: 'x',
            error: 'https://user:p4ssw0rd@example.com',
            lines: ['Bearer p4ssw0rdp4ssw0rdp4ssw0rd'],
          },
        },
      ),
    )

    expect(told).not.toMatch(/p4ssw0rd|QVdTOn/)
    expect(told).toContain('https://example.com/x failed')
  })
})
