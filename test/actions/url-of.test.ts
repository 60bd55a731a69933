import { describe, expect, it } from 'vitest'
import { urlOf } from '../../lib/actions/services/url-of.ts'

const address = 'shop-123.eu-west-1.elb.amazonaws.com'
const url = 'https://shop.example.com'

describe('where a process answers', () => {
  it('is what its tag says: a load balancer with a domain knows no other name', () => {
    expect(urlOf({ service: { tags: { 'tapit:url': url } }, kind: 'web', address })).toBe(url)
  })

  it('is the load balancer itself without the tag', () => {
    expect(urlOf({ service: { tags: {} }, kind: 'web', address })).toBe(`http://${address}`)
  })

  it.each([
    { what: 'an api, which is reached by routes', kind: 'api', at: address },
    { what: 'a web process without a load balancer', kind: 'web', at: undefined },
  ] as const)('is nowhere for $what', ({ kind, at }) => {
    expect(urlOf({ service: { tags: { 'tapit:url': url } }, kind, address: at })).toBeUndefined()
  })
})
