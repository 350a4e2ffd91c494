const namedCardPath = '/api/v1/user/namedcard/corp';

/**
 * The address of the one call, from the base URL that the contract gives (`https://host/open-api`).
 * https only, but for http on this machine's own loopback. Throws a RangeError for anything else.
 */
export function namedCardUrl(baseUrl: string): URL {
  const url = URL.parse(baseUrl);
  if (url === null) throw new RangeError('konaBaseUrl is not a URL');
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isSecure) throw new RangeError('konaBaseUrl must be https (http only on loopback)');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new RangeError('konaBaseUrl must hold no user, query or fragment');
  }
  url.pathname = url.pathname.replace(/\/+$/, '') + namedCardPath;
  return url;
}

/** `URL` has already written an IPv4 address in its usual form. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
