extension ConfigurationReader {
  private static let keyBytes = 32

  func audit(_ field: Field?) -> Configuration.Audit {
    var audit = Configuration.Audit()
    guard var section = field?.section() else { return audit }
    func keep(_ target: WritableKeyPath<Configuration.Audit, Configuration.Audit.Keeping>, _ key: String) {
      if let kept = section.take(key)?.choice(of: Configuration.Audit.Keeping.self) {
        audit[keyPath: target] = kept
      }
    }
    keep(\.arguments, "arguments")
    keep(\.results, "results")
    keep(\.prompts, "prompts")
    audit.key = section.take("key").flatMap(payloadKey)
    if let interval = section.take("checkpoint")?.duration(in: 100...3_600_000) {
      audit.checkpointInterval = interval
    }
    audit.origin = section.take("origin").flatMap(origin)
    audit.publish = section.take("publish").flatMap(publish)
    audit.witnesses = section.take("witnesses")?.items().compactMap(witness) ?? []
    if let retention = section.take("retention") { audit.retention = self.retention(retention) }
    section.finish()
    return audit
  }

  private func payloadKey(_ field: Field) -> Secret<[UInt8]>? {
    let expected = "64 hexadecimal digits, as `openssl rand -hex 32` writes them"
    guard let text = secretReference(field, expected: "`{env: NAME}` or `{file: path}`") else {
      return nil
    }
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in text.utf8 {
      guard let digit = Character(UnicodeScalar(character)).hexDigitValue else {
        field.fail("is no key", expected: expected)
        return nil
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    guard bytes.count == Self.keyBytes, high == nil else {
      field.fail("is no key of 32 bytes", expected: expected)
      return nil
    }
    return Secret(bytes)
  }

  private func origin(_ field: Field) -> String? {
    let expected = "a URL without its scheme, such as logs.example.com/sallyport"
    guard let text = field.text(expected: expected) else { return nil }
    let isName = text.utf8.count <= 200
      && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0 == "+" }
    guard isName, !text.contains("://"), !text.hasSuffix("/") else {
      field.fail("\(quoted(text)) cannot name a log", expected: expected)
      return nil
    }
    return text
  }

  private func publish(_ field: Field) -> Configuration.Audit.Publish? {
    guard var section = field.section() else { return nil }
    let address = section.take("listen").flatMap(listenAddress)
    let entries = section.take("entries")?.bool() ?? false
    section.finish()
    guard let address else {
      section.fail("`listen` is missing", expected: "`host:port`")
      return nil
    }
    if entries, !address.isLoopback {
      field.warn("shows every record to whoever reaches \(address)")
    }
    return .init(listen: address, entries: entries)
  }

  private func witness(_ field: Field) -> Configuration.Audit.Witness? {
    guard var section = field.section() else { return nil }
    let url = section.take("url")?.text(expected: "a URL")
    let key = section.take("key")?.text(expected: "a verifier key: name+ID+key")
    section.finish()
    guard let url, let key else {
      section.fail("`url` and `key` are both needed", expected: "`{url: https://…, key: …}`")
      return nil
    }
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
      field.fail("\(quoted(url)) is no URL", expected: "https://…")
      return nil
    }
    return .init(url: url, key: key)
  }

  private func retention(_ field: Field) -> Configuration.Audit.Retention {
    var retention = Configuration.Audit.Retention()
    guard var section = field.section() else { return retention }
    let day = 86_400_000
    func days(_ key: String) -> Int? {
      section.take(key)?.duration(in: day...36_500 * day).map {
        Int($0.components.seconds / 86_400)
      }
    }
    retention.payloadDays = days("payloads")
    retention.recordDays = days("records")
    section.finish()
    return retention
  }
}
