import type { Behaviour } from './ecr/behaviour.ts'
import { imageManifest, type Image, type ImageOptions } from './ecr/image-manifest.ts'
import { isRecord } from './is-record.ts'

export type PushImageOptions = {
  /** The sandbox's. */
  readonly url: string
  readonly region: string
  readonly repository: string
  readonly tag: string
  /** @default 'ok' */
  readonly behaviour?: Behaviour
  /** The processes that behave so; the others are fine. @default - all */
  readonly processes?: readonly string[]
  /** Lines that those processes log. @default - what the behaviour logs */
  readonly log?: readonly string[]
  /** What a command comes to that is run with it once. @default - 0, and a line that says what was run */
  readonly once?: ImageOptions['once']
}

export type PushedImage = {
  readonly digest: string
  /** False when exactly this image had this tag already. */
  readonly pushed: boolean
}

/** ECR refused the image, or the sandbox cannot be reached. `code` is AWS's name of the error. */
export class PushError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'PushError'
    this.code = code
  }
}

/** Pushes an image with a behaviour, by ECR's own PutImage over the wire: what `docker push` ends with. */
export async function pushImage(options: PushImageOptions): Promise<PushedImage> {
  const { url, region, repository, tag } = options
  const { manifest, mediaType, digest } = imageOf(options)
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.PutImage',
      // The sandbox reads the scope and verifies no signature.
      authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20260101/${region}/ecr/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify({
      repositoryName: repository,
      imageManifest: manifest,
      imageManifestMediaType: mediaType,
      imageTag: tag,
    }),
  })
  if (response.ok) return { digest, pushed: true }
  const error: unknown = await response.json()
  const { __type: code, message } = isRecord(error) ? error : {}
  if (code === 'ImageAlreadyExistsException') return { digest, pushed: false }
  throw new PushError(String(code), String(message))
}

function imageOf({ tag, behaviour, processes, log, once }: PushImageOptions): Image {
  // Two tags never share an image by chance; the same push twice is the same image.
  const salt = tag
  if (processes === undefined) return imageManifest({ behaviour, log, once, salt })
  const each = <T>(value: T | undefined) =>
    value === undefined ? undefined : Object.fromEntries(processes.map(process => [process, value]))
  const platform = behaviour === 'wrong-arch' ? 'linux/arm64' : undefined
  return imageManifest({ behaviours: each(behaviour), logs: each(log), once, salt, platform })
}
