import * as kms from 'aws-cdk-lib/aws-kms'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { expect, it } from 'vitest'
import { ImageRepository } from '../../lib/constructs/image-repository.ts'
import { nagFindings } from './support/nag-findings.ts'
import { stackForTests } from './support/stack-for-tests.ts'

it('keeps tags with their images but for a few, scans what is pushed, and outlives the stack with its images', () => {
  const stack = stackForTests()

  new ImageRepository(stack, 'Images', { repositoryName: 'shop/backoffice' })

  Template.fromStack(stack).hasResource('AWS::ECR::Repository', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      RepositoryName: 'shop/backoffice',
      ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      ImageTagMutabilityExclusionFilters: [
        {
          ImageTagMutabilityExclusionFilterType: 'WILDCARD',
          ImageTagMutabilityExclusionFilterValue: 'latest',
        },
        {
          ImageTagMutabilityExclusionFilterType: 'WILDCARD',
          ImageTagMutabilityExclusionFilterValue: 'buildcache*',
        },
        {
          ImageTagMutabilityExclusionFilterType: 'WILDCARD',
          ImageTagMutabilityExclusionFilterValue: 'env-*',
        },
      ],
      ImageScanningConfiguration: { ScanOnPush: true },
      EmptyOnDelete: Match.absent(),
    },
  })
  expect(nagFindings(stack)).toEqual([])
})

it('deletes nothing by its age while a tag can move off an image that runs', () => {
  const stack = stackForTests()

  new ImageRepository(stack, 'Images', { repositoryName: 'shop' })

  Template.fromStack(stack).hasResourceProperties('AWS::ECR::Repository', { LifecyclePolicy: Match.absent() })
})

it.each([
  ['build caches', ['buildcache*']],
  ['none', []],
])('deletes only what is untagged, after two weeks, where the tags that move are %s', (_, mutableTags) => {
  const stack = stackForTests()

  new ImageRepository(stack, 'Images', { repositoryName: 'shop', mutableTags })

  expect(lifecycleRulesIn(stack)).toEqual([
    {
      rulePriority: 1,
      description: 'Build caches and images that were never tagged',
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
    },
  ])
})

it('refuses to delete what is untagged while a tag can move off an image that runs', () => {
  const define = (): ImageRepository =>
    new ImageRepository(stackForTests(), 'Images', { repositoryName: 'shop', untaggedDays: 400 })

  expect(define).toThrow("'untaggedDays' must be left out while the tag 'latest' can move, got 400")
})

it('lets no tag move where none is named', () => {
  const stack = stackForTests()

  new ImageRepository(stack, 'Images', { repositoryName: 'shop', mutableTags: [] })

  Template.fromStack(stack).hasResourceProperties('AWS::ECR::Repository', {
    ImageTagMutability: 'IMMUTABLE',
    ImageTagMutabilityExclusionFilters: Match.absent(),
  })
})

it('encrypts with a key that is given', () => {
  const stack = stackForTests()
  const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/example')

  new ImageRepository(stack, 'Images', { repositoryName: 'shop', encryptionKey })

  Template.fromStack(stack).hasResourceProperties('AWS::ECR::Repository', {
    EncryptionConfiguration: {
      EncryptionType: 'KMS',
      KmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/example',
    },
  })
})

it.each([
  [{ repositoryName: 'a' }, "'repositoryName' must be 2 to 256 lower-case letters and digits"],
  [{ repositoryName: 'my--shop' }, "got 'my--shop'"],
  [{ repositoryName: 'Shop' }, "got 'Shop'"],
  [
    { repositoryName: 'shop', mutableTags: ['env/*'] },
    "'mutableTags' take letters, digits and '.', '_', '-', '*', got 'env/*'",
  ],
  [
    { repositoryName: 'shop', mutableTags: ['a', 'b', 'c', 'd', 'e', 'f'] },
    "'mutableTags' must be at most 5, got 6",
  ],
])('refuses %o', (props, sentence) => {
  expect(() => new ImageRepository(stackForTests(), 'Images', props)).toThrow(sentence)
})

function lifecycleRulesIn(stack: ReturnType<typeof stackForTests>): unknown {
  const [repository] = Object.values(Template.fromStack(stack).findResources('AWS::ECR::Repository'))
  const { rules }: { rules: unknown } = JSON.parse(
    repository?.['Properties'].LifecyclePolicy.LifecyclePolicyText,
  )
  return rules
}
