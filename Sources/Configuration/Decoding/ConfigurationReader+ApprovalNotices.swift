extension ConfigurationReader {
  private static let argumentsMax = 64
  /// Standard Webhooks 1.0, «Signature scheme»: 24 to 64 bytes.
  private static let webhookKeyBytes = 24...64

  /// `webhook` and `notify` of `approvals`.
  func approvalNotices(_ section: inout Section) -> Configuration.ApprovalNotices {
    var notices = Configuration.ApprovalNotices()
    notices.webhook = section.take("webhook").flatMap(approvalWebhook)
    notices.notify = section.take("notify").map(notificationCommand) ?? []
    return notices
  }

  private func approvalWebhook(_ field: Field) -> Configuration.ApprovalNotices.Webhook? {
    guard var section = field.section() else { return nil }
    let url = section.take("url")
    let secret = section.take("secret")
    section.finish()
    guard let url, let secret else {
      section.fail("`url` and `secret` are both needed", expected: "`{url: https://…, secret: …}`")
      return nil
    }
    guard let url = webhookURL(url), let key = webhookKey(secret) else { return nil }
    return .init(url: url, secret: Secret(key))
  }

  private func webhookURL(_ field: Field) -> ExpandedString? {
    guard let url = self.url(field, carriesCredentials: true) else { return nil }
    let authority = url.reveal().lowercased().drop { $0 != "/" }.dropFirst(2)
      .prefix { !"/?".contains($0) }
    let host =
      authority.hasPrefix("[")
      ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    let isLoopback = Configuration.ListenAddress(host: String(host), port: 0).isLoopback
    guard url.reveal().lowercased().hasPrefix("https://") || isLoopback else {
      field.fail(
        "sends who asks for what over the network in clear",
        expected: "https, or http to a loopback address")
      return nil
    }
    return url
  }

  private func webhookKey(_ field: Field) -> [UInt8]? {
    let source = "`{env: NAME}` or `{file: path}`"
    guard case .mapping = field.node.content else {
      field.fail("stands in the file itself", expected: source)
      return nil
    }
    guard let text = secretReference(field, expected: source) else { return nil }
    let prefix = "whsec_"
    let key = Base64Text.decode(text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...])
    guard let key, Self.webhookKeyBytes.contains(key.count) else {
      field.fail(
        "is no key for Standard Webhooks",
        expected: "`whsec_` and 24 to 64 bytes in Base64, as "
          + "`echo whsec_$(openssl rand -base64 32)` writes them")
      return nil
    }
    return key
  }

  private func notificationCommand(_ field: Field) -> [String] {
    let items = field.items()
    guard (1...Self.argumentsMax).contains(items.count) else {
      field.fail(
        "has \(items.count) words",
        expected: "a program and its arguments, at most \(Self.argumentsMax): "
          + "`[notify-approval, --urgent]`")
      return []
    }
    let words = items.compactMap { $0.argument() }
    if let program = words.first, program.isEmpty {
      field.fail("names no program", expected: "a program, then its arguments")
      return []
    }
    return words.count == items.count ? words : []
  }
}

/// Base64 with padding (RFC 4648 §4).
private enum Base64Text {
  static func decode(_ text: Substring) -> [UInt8]? {
    guard text.utf8.count.isMultiple(of: 4) else { return nil }
    let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for character in text.utf8.dropLast(padding) {
      guard let digit = value(character) else { return nil }
      bits = bits << 6 | digit
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  private static func value(_ character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
