extension ConfigurationReader {
  /// As whom this gateway speaks to an issuer: `client_id`, `client_secret` and the URL at a key,
  /// all of which are needed. The secret never stands in the file itself.
  func issuerClient(
    _ section: inout Section, url key: String
  ) -> (url: String, id: String, secret: SecretString)? {
    let url = section.take(key)
    let client = section.take("client_id")
    let secret = section.take("client_secret")
    guard let url, let client, let secret else {
      section.fail("is not complete", expected: "`\(key)`, `client_id` and `client_secret`")
      return nil
    }
    let expected = "`{env: NAME}` or `{file: path}`"
    guard case .mapping = secret.node.content else {
      secret.fail("stands in the file itself", expected: expected)
      return nil
    }
    guard let url = issuerURL(url), let id = client.text(expected: "a client id"),
      let text = secretReference(secret, expected: expected)
    else { return nil }
    return (url, id, Secret(text))
  }
}
