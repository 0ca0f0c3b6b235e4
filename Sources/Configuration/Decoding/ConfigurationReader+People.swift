extension ConfigurationReader {
  func people(_ field: Field?, issuers: [Configuration.Issuer]) -> Configuration.People {
    var people = Configuration.People()
    guard var section = field?.section() else { return people }
    people.url = section.take("url").flatMap(consoleURL)
    people.openID = section.take("oidc").flatMap { openID($0, issuers: issuers) }
    if var session = section.take("session")?.section() {
      let day = 86_400_000
      if let idle = session.take("idle")?.duration(in: 60_000...day) {
        people.sessionIdle = idle.components.seconds
      }
      if let absolute = session.take("absolute")?.duration(in: 60_000...30 * day) {
        people.sessionAbsolute = absolute.components.seconds
      }
      session.finish()
      if people.sessionIdle > people.sessionAbsolute {
        session.fail("`idle` is longer than `absolute`", expected: "at most as long")
      }
    }
    section.finish()
    return people
  }

  private func consoleURL(_ field: Field) -> String? {
    let expected = "scheme, host and port only, such as https://gateway.example.com"
    guard let url = field.text(expected: expected)?.lowercased() else { return nil }
    let scheme = ["https://", "http://"].first { url.hasPrefix($0) }
    guard let scheme else {
      field.fail("\(quoted(url)) is not a URL", expected: expected)
      return nil
    }
    var host = url.dropFirst(scheme.utf8.count)
    if let colon = host.lastIndex(of: ":"), UInt16(host[host.index(after: colon)...]) != nil {
      host = host[..<colon]
    }
    guard isHostName(host) else {
      field.fail("\(quoted(url)) is not the URL of a host alone", expected: expected)
      return nil
    }
    if scheme == "http://", host != "localhost", host != "127.0.0.1" {
      field.fail(
        "passwords and sessions would cross the network in clear", expected: "https://…")
      return nil
    }
    return url
  }
}
