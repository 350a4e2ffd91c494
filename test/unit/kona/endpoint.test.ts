import { describe, expect, it } from 'vitest';
import { namedCardUrl } from '../../../shared/kona/endpoint.ts';

describe('the address of the call', () => {
  it.each([
    ['https://sandbox.konaplate.com/open-api', 'https://sandbox.konaplate.com/open-api/api/v1/user/namedcard/corp'],
    ['https://kona.example/open-api//', 'https://kona.example/open-api/api/v1/user/namedcard/corp'],
    ['https://kona.example', 'https://kona.example/api/v1/user/namedcard/corp'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/api/v1/user/namedcard/corp'],
    ['http://localhost:8080/x', 'http://localhost:8080/x/api/v1/user/namedcard/corp'],
    ['http://[::1]:8080', 'http://[::1]:8080/api/v1/user/namedcard/corp'],
  ])('under %s is %s', (baseUrl, address) => {
    expect(namedCardUrl(baseUrl).href).toBe(address);
  });

  it.each([
    'http://kona.example',
    'http://10.0.0.1',
    'http://127.0.0.1.kona.example',
    'http://localhost.kona.example',
    'ftp://kona.example',
    'https://user:password@kona.example',
    'https://kona.example/?a=1',
    'https://kona.example/#a',
    'kona.example',
    '',
  ])('is refused under %j', (baseUrl) => {
    expect(() => namedCardUrl(baseUrl)).toThrow(RangeError);
  });
});
