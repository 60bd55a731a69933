import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import * as ecr from 'aws-cdk-lib/aws-ecr'
import type * as kms from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

export interface ImageRepositoryProps {
  /** `shop` for the image that an app's processes share, `shop/backoffice` for a process's own. */
  readonly repositoryName: string
  /**
   * The key that its images are encrypted with.
   * @default - ECR's own encryption (AES-256)
   */
  readonly encryptionKey?: kms.IKey
  /**
   * Tags that may move to another image, with `*` for anything, at most five. All others stay with their first image.
   * @default ['latest', 'buildcache*', 'env-*']
   */
  readonly mutableTags?: readonly string[]
  /**
   * After how many days an image without a tag is deleted. It can only be given where no tag of a deployable image moves, that is, where
   * `mutableTags` are build caches (`buildcache…`) or none.
   * @default - 14 where that is so; else nothing is deleted by its age
   */
  readonly untaggedDays?: number
}

const defaultMutableTags = ['latest', 'buildcache*', 'env-*']
/** The beginning of the tags that `tapit image build cache=ecr` writes: nothing can be deployed from them. */
const cacheTags = 'buildcache'
const defaultUntaggedDays = 14
/** ECR's limit for the filters of one repository. */
const mostMutableTags = 5

/**
 * Where the images of an app or a process are. Tags are immutable but for some, images are scanned when pushed, and they outlive the stack.
 *
 * No rule here can take an image that runs or that a rollback needs. Revisions name images by digest, and a lifecycle rule sees tags only: when
 * `latest` moves on, the image that runs has no tag any more, and a rule for untagged images would count its age from its push and delete it
 * within a day. So there is such a rule only where no tag of a deployable image can move; elsewhere old images go by `images.keep`, by the CLI,
 * which knows what is deployed. What such a rule leaves alone by itself: the parts of a multi-platform image, which have no tags of their own,
 * are not deleted before the image that lists them.
 */
export class ImageRepository extends Construct {
  readonly repository: ecr.Repository

  constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id)
    const { repositoryName, encryptionKey, mutableTags = defaultMutableTags } = props
    refuseUnfit(repositoryName, mutableTags)
    const untaggedDays = untaggedDaysOf(props.untaggedDays, mutableTags)

    this.repository = new ecr.Repository(this, 'Resource', {
      repositoryName,
      ...mutabilityOf(mutableTags),
      imageScanOnPush: true,
      ...(encryptionKey && { encryption: ecr.RepositoryEncryption.KMS, encryptionKey }),
      ...(untaggedDays !== undefined && { lifecycleRules: [expireUntagged(untaggedDays)] }),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
  }
}

function refuseUnfit(repositoryName: string, mutableTags: readonly string[]): void {
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
  if (!/^(?=.{2,256}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(repositoryName))
    throw new Error(
      `'repositoryName' must be 2 to 256 lower-case letters and digits, with single '.', '_', '-' or '/' between them, got '${repositoryName}'`,
    )
  const unfit = mutableTags.find(tag => !/^[0-9a-zA-Z._*-]{1,128}$/.test(tag))
  if (unfit !== undefined)
    throw new Error(`'mutableTags' take letters, digits and '.', '_', '-', '*', got '${unfit}'`)
  if (mutableTags.length > mostMutableTags)
    throw new Error(
      `'mutableTags' must be at most ${mostMutableTags}, got ${mutableTags.length}: join some with '*'`,
    )
}

function untaggedDaysOf(wanted: number | undefined, mutableTags: readonly string[]): number | undefined {
  const moving = mutableTags.find(tag => !tag.startsWith(cacheTags))
  if (moving === undefined) return wanted ?? defaultUntaggedDays
  if (wanted === undefined) return undefined
  throw new Error(
    `'untaggedDays' must be left out while the tag '${moving}' can move, got ${wanted}: an image that runs can be without a tag then; give 'mutableTags' of build caches only`,
  )
}

function mutabilityOf(
  mutableTags: readonly string[],
): Pick<ecr.RepositoryProps, 'imageTagMutability' | 'imageTagMutabilityExclusionFilters'> {
  if (mutableTags.length === 0) return { imageTagMutability: ecr.TagMutability.IMMUTABLE }
  return {
    imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    imageTagMutabilityExclusionFilters: mutableTags.map(tag =>
      ecr.ImageTagMutabilityExclusionFilter.wildcard(tag),
    ),
  }
}

function expireUntagged(days: number): ecr.LifecycleRule {
  return {
    description: 'Build caches and images that were never tagged',
    tagStatus: ecr.TagStatus.UNTAGGED,
    maxImageAge: Duration.days(days),
  }
}
