/** `shop/web` of `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web`. */
export function repositoryPath(uri: string): string {
  return uri.slice(uri.indexOf('/') + 1)
}
