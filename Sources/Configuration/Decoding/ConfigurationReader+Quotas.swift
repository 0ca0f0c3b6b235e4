extension ConfigurationReader {
  private static let quotasMax = 100
  private static let amountMax = 1_000_000_000_000
  private static let periods = 1_000...30 * 86_400_000

  /// `quotas`.
  func quotas(_ field: Field) -> [Configuration.Quota] {
    let items = field.items()
    if items.count > Self.quotasMax {
      field.fail("has \(items.count) quotas", expected: "at most \(Self.quotasMax)")
      return []
    }
    var names: Set<String> = []
    return items.enumerated().compactMap { place, item in
      guard let quota = quota(item, "quota-\(place + 1)") else { return nil }
      if !names.insert(quota.name).inserted {
        item.fail("\(quoted(quota.name)) is the name of another too", expected: "another `name`")
      }
      return quota
    }
  }

  private func quota(_ field: Field, _ defaultName: String) -> Configuration.Quota? {
    guard var section = field.section() else { return nil }
    let name = section.take("name")?.text(expected: "a name such as writes") ?? defaultName
    let per = section.take("per")?.choice(of: Configuration.Quota.Subject.self)
    var filters: [Configuration.Quota.Subject: String] = [:]
    for subject in Configuration.Quota.Subject.allCases {
      filters[subject] = section.take(subject.rawValue)?.text(
        expected: "a name, or the beginning of names and `*`")
    }
    var quota = Configuration.Quota(name: name, per: per ?? .agent, filters: filters)
    quota.calls = section.take("calls")?.allowance(
      Self.periods, such: "100/1m"
    ) { Int($0).flatMap { (1...Self.amountMax) ~= $0 ? $0 : nil } }
    quota.cost = section.take("cost")?.allowance(
      Self.periods, such: "1000/1h"
    ) { Int($0).flatMap { (1...Self.amountMax) ~= $0 ? $0 : nil } }
    quota.bytes = section.take("bytes")?.allowance(
      Self.periods, such: "10MB/1h"
    ) { Quantity.bytes($0).flatMap { (1...Self.amountMax) ~= $0 ? $0 : nil } }
    quota.concurrency = section.take("concurrency")?.integer(in: 1...100_000)
    if per == nil {
      section.fail("`per` is missing", expected: "agent, human, tool, upstream or tenant")
    }
    if quota.calls == nil, quota.cost == nil, quota.bytes == nil, quota.concurrency == nil {
      section.fail("limits nothing", expected: "`calls`, `concurrency`, `bytes` or `cost`")
    }
    section.finish()
    return per == nil ? nil : quota
  }
}

extension Field {
  /// So much in a span.
  /// - Parameter amount: nil for what is none.
  fileprivate func allowance(
    _ periods: ClosedRange<Int>, such example: String, _ amount: (String) -> Int?
  ) -> Configuration.Quota.Allowance? {
    let expected = "an allowance such as \(example): an amount in 1s to 30d"
    guard let text = text(expected: expected) else { return nil }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let amount = amount(parts[0]),
      let span = Quantity.milliseconds(
        parts[1].first?.isNumber == true ? parts[1] : "1" + parts[1]),
      periods.contains(span)
    else {
      fail("is not an allowance", expected: expected)
      return nil
    }
    return Configuration.Quota.Allowance(amount: amount, period: .milliseconds(span))
  }
}
