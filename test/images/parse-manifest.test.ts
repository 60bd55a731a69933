import { describe, expect, it } from 'vitest'
import { parseManifest } from '../../lib/images/parse-manifest.ts'

describe('a manifest', () => {
  it('of an image has a configuration, and the size of all that is stored for it', () => {
    const text = JSON.stringify({
      config: { digest: 'sha256:c', mediaType: 'type', size: 10 },
      layers: [
        { digest: 'sha256:1', size: 100 },
        { digest: 'sha256:2', size: 1000 },
      ],
    })

    expect(parseManifest(text)).toEqual({
      is: 'image',
      config: { digest: 'sha256:c', mediaType: 'type' },
      sizeInBytes: 1110,
    })
  })

  it('of a program in Go says null where a list is empty', () => {
    const image = { config: { digest: 'sha256:c', size: 10 }, layers: null, manifests: null }
    const index = { manifests: [{ digest: 'sha256:1', platform: null, annotations: null }] }

    expect(parseManifest(JSON.stringify(image))).toEqual({
      is: 'image',
      config: { digest: 'sha256:c' },
      sizeInBytes: 10,
    })
    expect(parseManifest(JSON.stringify(index))).toEqual({
      is: 'index',
      children: [{ digest: 'sha256:1', isAttestation: false }],
    })
  })

  it('of an index names an image for each platform, and tells attestations from them', () => {
    const text = JSON.stringify({
      manifests: [
        { digest: 'sha256:1', platform: { os: 'linux', architecture: 'amd64' } },
        { digest: 'sha256:2', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
        { digest: 'sha256:3', platform: { os: 'linux', architecture: 'arm', variant: 'v7' } },
        { digest: 'sha256:4', platform: { os: 'unknown', architecture: 'unknown' } },
        {
          digest: 'sha256:5',
          platform: { os: 'linux', architecture: 'amd64' },
          annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
        },
        { digest: 'sha256:6' },
      ],
    })

    expect(parseManifest(text)).toEqual({
      is: 'index',
      children: [
        { digest: 'sha256:1', platform: 'linux/amd64', isAttestation: false },
        { digest: 'sha256:2', platform: 'linux/arm64', isAttestation: false },
        { digest: 'sha256:3', platform: 'linux/arm/v7', isAttestation: false },
        { digest: 'sha256:4', isAttestation: true },
        { digest: 'sha256:5', platform: 'linux/amd64', isAttestation: true },
        { digest: 'sha256:6', isAttestation: false },
      ],
    })
  })

  it.each(['', 'null', '[]', '{}', '<html>', '"text"'])('is none where the text is %j', text => {
    expect(parseManifest(text)).toBeUndefined()
  })
})
