/// Whether a page of this site sent a request, as the browser says (Fetch Metadata, and RFC 6454).
enum RequestSource {
  /// For requests that change something. A browser says at least one of the two; under
  /// `Referrer-Policy: no-referrer` its `Origin` is `null`, and then only `Sec-Fetch-Site` tells.
  static func isOwn(fetchSite: String?, origin: String?, _ site: ConsoleSite) -> Bool {
    guard let fetchSite else { return origin == site.origin }
    return fetchSite == "same-origin"
      && (origin == nil || origin == "null" || origin == site.origin)
  }
}
