extension ConfigurationReader {
  /// The whole file. Nil only when its root is no mapping.
  func configuration(from root: YAMLNode) -> Configuration? {
    let field = Field(reader: self, path: "", node: root, keyMark: root.mark)
    guard var section = field.section() else { return nil }

    let listenField = section.take("listen")
    let listen = listenField.flatMap(listenAddress) ?? .init(host: "127.0.0.1", port: 8808)
    let tls = section.take("tls").flatMap(tls)
    if tls == nil, !listen.isLoopback {
      listenField?.warn(
        "\(listen) can be reached from other machines, and tokens cross the network in clear",
        expected: "`tls`, or a loopback address behind a proxy that terminates TLS")
    }

    let agents = section.take("agents").map(agents) ?? []
    let resource = section.take("resource").flatMap(resource)
    let issuersField = section.take("issuers")
    let issuers = issuersField.map { self.issuers($0, agents: agents.map(\.name)) } ?? []
    if !issuers.isEmpty, resource == nil {
      issuersField?.fail(
        "tokens cannot be for this gateway as long as it has no name",
        expected: "`resource: https://…`, the URL by which clients reach it")
    }
    if tls?.clientAuthorities == nil, issuers.contains(where: { $0.proof == .mtls }) {
      issuersField?.fail(
        "certificates cannot be held against tokens: clients are asked for none",
        expected: Self.clientCertificatesExpected)
    }
    let local = localIdentity(section.take("local"))
    let anonymous = section.take("anonymous").flatMap { anonymousIdentity($0, listen: listen) }
    if let quarantine = section.take("quarantine")?.bool() { quarantines = quarantine }
    let upstreams = upstreams(&section)
    let configuration = Configuration(
      file: input.path, listen: listen, tls: tls,
      loops: section.take("loops")?.integer(in: 1...256),
      dataDirectory: section.take("data")?.file() ?? defaultDataDirectory,
      policyDirectory: section.take("policies")?.file() ?? resolve("policies"),
      publicNames: section.take("public_names").map(publicNames) ?? [],
      allowedOrigins: section.take("allowed_origins").map(allowedOrigins) ?? [],
      trustedProxies: section.take("trusted_proxies").flatMap(trustedProxies),
      agents: agents, resource: resource, issuers: issuers, local: local, anonymous: anonymous,
      environment: section.take("environment")?.text(expected: "a label such as production"),
      upstreams: upstreams, cards: cards, quarantine: quarantines,
      profiles: section.take("profiles").map {
        profiles(
          $0, servers: upstreams.map(\.name),
          agents: agents.map(\.name) + [local.agent] + (anonymous.map { [$0.agent] } ?? [])
            + issuers.flatMap(\.clients.values),
          issuers: issuers.map(\.name), asksClients: tls?.clientAuthorities != nil)
      } ?? [],
      requirement: section.take("require").map {
        requirement($0, asksClients: tls?.clientAuthorities != nil)
      } ?? Configuration.Requirement(),
      exposure: exposure(&section, servers: upstreams.map(\.name)),
      approvals: approvals(section.take("approvals")),
      limits: limits(section.take("limits")),
      quotas: section.take("quotas").map(quotas) ?? [],
      audit: audit(section.take("audit")),
      people: people(section.take("people"), issuers: issuers),
      log: log(section.take("log")))

    _ = section.take("$schema", suggested: false)
    section.take("inputs", suggested: false)?.warn(
      "is ignored: a gateway has nobody to ask", expected: "environment variables: `${NAME}`")
    section.finish()
    warnOfReadableCredentials()
    return configuration
  }

  private var defaultDataDirectory: String {
    if let base = input.environment["XDG_DATA_HOME"], base.hasPrefix("/") {
      return base + "/sallyport"
    }
    guard let home = input.environment["HOME"], home.hasPrefix("/") else { return resolve("data") }
    return home + "/.local/share/sallyport"
  }

  private func warnOfReadableCredentials() {
    guard holdsCredentials, let mode = input.mode, mode & 0o077 != 0 else { return }
    report(
      .warning, at: .wholeFile, path: "", "holds credentials, and others may read it",
      expected: "permissions 0600 (`chmod 600`), or credentials in the environment")
  }

  func listenAddress(_ field: Field) -> Configuration.ListenAddress? {
    let expected = "host:port, such as 127.0.0.1:8808 or [::1]:8808"
    guard case .scalar(let scalar) = field.node.content, scalar.kind == .string else {
      field.fail("is \(field.node.kindInWords)", expected: expected)
      return nil
    }
    let text = scalar.text
    guard let colon = text.lastIndex(of: ":") else {
      field.fail("\(quoted(text)) has no port", expected: expected)
      return nil
    }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      field.fail("\(quoted(text)) has no port from 0 to 65535", expected: expected)
      return nil
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
        field.fail("\(quoted(text)) holds no IPv6 address in its brackets", expected: expected)
        return nil
      }
    } else if host.isEmpty || host == "*" {
      field.fail(
        "\(quoted(text)) leaves open who may connect",
        expected: "127.0.0.1:\(port) for this machine only, 0.0.0.0:\(port) for every network")
      return nil
    } else if host.contains(":") {
      field.fail("\(quoted(text)) is ambiguous", expected: "brackets around an IPv6 address")
      return nil
    } else if !isHostName(host) {
      field.fail("\(quoted(text)) has no valid host", expected: expected)
      return nil
    }
    return .init(host: host.lowercased(), port: port)
  }

  private func tls(_ field: Field) -> Configuration.TLS? {
    guard var section = field.section() else { return nil }
    let certificate = section.take("certificate")
    let key = section.take("key")
    let clientAuthorities = section.take("client_certificates")?.file()
    section.finish()
    if certificate == nil { section.fail("`certificate` is missing", expected: "a PEM file") }
    if key == nil { section.fail("`key` is missing", expected: "a PEM file") }
    guard let certificate = certificate?.file(), let key = key?.file() else { return nil }
    return .init(certificate: certificate, key: key, clientAuthorities: clientAuthorities)
  }

  private func publicNames(_ field: Field) -> [String] {
    let expected = "a host name such as gateway.example.com, without scheme and port"
    return field.items().compactMap { item in
      guard let name = item.text(expected: expected) else { return nil }
      guard isHostName(Substring(name)) else {
        item.fail("\(quoted(name)) is not a host name", expected: expected)
        return nil
      }
      return name.lowercased()
    }
  }

  private func allowedOrigins(_ field: Field) -> [String] {
    let expected = "scheme, host and port only, such as https://app.example.com"
    return field.items().compactMap { item in
      guard let origin = item.text(expected: expected) else { return nil }
      let scheme = ["https://", "http://"].first { origin.lowercased().hasPrefix($0) }
      guard let scheme else {
        item.fail(
          origin == "*" ? "`*` would let every web page in" : "\(quoted(origin)) is not an origin",
          expected: expected)
        return nil
      }
      var host = origin.dropFirst(scheme.utf8.count)
      if let colon = host.lastIndex(of: ":"), UInt16(host[host.index(after: colon)...]) != nil {
        host = host[..<colon]
      }
      if host.hasPrefix("["), host.hasSuffix("]") { host = "ipv6" }
      guard isHostName(host) else {
        item.fail("\(quoted(origin)) is not an origin", expected: expected)
        return nil
      }
      return origin.lowercased()
    }
  }

  private func log(_ field: Field?) -> Configuration.Log {
    var log = Configuration.Log()
    guard var section = field?.section() else { return log }
    if let level = section.take("level")?.choice(of: Configuration.Log.Level.self) {
      log.level = level
    }
    if let format = section.take("format")?.choice(of: Configuration.Log.Format.self) {
      log.format = format
    }
    section.finish()
    return log
  }

  private func limits(_ field: Field?) -> Configuration.Limits {
    var limits = Configuration.Limits()
    guard var section = field?.section() else { return limits }
    let gigabyte = 1_000_000_000
    let hour = 3_600_000
    func set<Value>(_ target: WritableKeyPath<Configuration.Limits, Value>, _ value: Value?) {
      if let value { limits[keyPath: target] = value }
    }
    set(\.bodyBytes, section.take("body")?.size(in: 1024...gigabyte))
    set(\.headerBytes, section.take("header")?.size(in: 1024...1 << 20))
    set(\.connections, section.take("connections")?.integer(in: 1...1_000_000))
    set(\.sessions, section.take("sessions")?.integer(in: 1...1_000_000))
    set(\.inFlightPerUpstream, section.take("in_flight_per_upstream")?.integer(in: 1...100_000))
    set(\.inFlightPerAgent, section.take("in_flight_per_agent")?.integer(in: 1...100_000))
    set(\.toolTimeout, section.take("tool_timeout")?.duration(in: 1...24 * hour))
    set(\.listTTL, section.take("list_ttl")?.duration(in: 0...hour))
    set(\.listMaxAge, section.take("list_max_age")?.duration(in: 1_000...24 * hour))
    set(\.resultBytes, section.take("result")?.size(in: 1024...gigabyte))
    set(\.shutdown, section.take("shutdown")?.duration(in: 0...hour))
    section.finish()
    return limits
  }

  /// Whether `name` is a host name or an IPv4 address.
  func isHostName(_ name: Substring) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 253 else { return false }
    return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.utf8.count <= 63 && label.first != "-" && label.last != "-"
        && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
  }
}
