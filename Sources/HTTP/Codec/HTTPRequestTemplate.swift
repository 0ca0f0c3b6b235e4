/// What many requests to one place have in common, checked and written once: the request line,
/// `Host` and fields.
public final class HTTPRequestTemplate: Sendable {
  let method: String
  let url: HTTPURL
  let headers: HTTPHeaders
  /// The beginning of the head.
  let bytes: [UInt8]

  /// - Throws: for what cannot be sent without being read differently.
  public init(method: String, url: HTTPURL, headers: HTTPHeaders) throws(HTTPRequestError) {
    self.method = method
    self.url = url
    self.headers = headers
    bytes = try HTTPRequestWriter.begin(
      method: method, target: url.pathAndQuery, authority: url.authority, headers: headers)
  }
}
