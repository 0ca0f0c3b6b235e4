import Configuration
import Inspection

/// From what a person wants to the changes that do it, or to why it cannot be done. Pure.
extension UpstreamReview {
  /// The items that a request is about.
  /// - Throws: for names that mean nothing here, and when an item is not what the person saw.
  public func selection(_ request: ReviewRequest) throws(ReviewError) -> [Item] {
    let chosen = try choose(request, from: items.map { ($0.key, $0.state.isWaiting) })
    let selected = items.filter { chosen.contains($0.key) }
    if let seen = request.digests {
      let changed = selected.filter { seen[$0.key.word] != $0.digest }
      guard changed.isEmpty else { throw .changed(changed.map(\.key.word)) }
    }
    return selected
  }

  /// What happens when items are approved or turned down.
  /// - Parameter isPerson: whether `user` is a person who signed in.
  /// - Throws: when a signal is in the way, or an effect cannot be taken.
  public func changes(
    _ request: ReviewRequest, of selected: [Item], by user: String, isPerson: Bool = false,
    at time: Int64
  ) throws(ReviewError) -> [PinChange] {
    let isApproval = request.verb == .approve
    // Looking through an item takes its time: once for each.
    let readings = isApproval ? selected.map { $0.read() } : []
    let stops = readings.map { $0.signals.filter { $0.severity == .block } }
    if isApproval {
      try checkEffects(request, selected)
      try check(stops, of: selected, request)
    }
    return selected.enumerated().map { place, item in
      return PinChange(
        event: isApproval ? .approved : .rejected, server: configuration.name, key: item.key,
        before: item.pins.approved?.digest, after: item.digest,
        definition: isApproval ? item.definition : [],
        effect: isApproval ? effect(of: item.key, readings[place], request) : nil, user: user,
        isPerson: isPerson,
        despite: isApproval ? Set(stops[place].map(\.rule)).sorted() : [],
        reason: request.reason, time: time)
    }
  }

  /// What happens when approvals are taken back.
  /// - Parameter isPerson: whether `user` is a person who signed in.
  /// - Throws: for names that mean nothing here.
  public func revocations(
    _ request: ReviewRequest, by user: String, isPerson: Bool = false, at time: Int64
  ) throws(ReviewError) -> [PinChange] {
    let approved = items.compactMap { item in
      item.pins.approved.map { (key: item.key, before: $0.digest, after: Optional(item.digest)) }
    }
    let gone = absent.map { (key: $0.key, before: $0.digest, after: String?.none) }
    let all = approved + gone
    let chosen = try choose(request, from: all.map { ($0.key, true) })
    return all.filter { chosen.contains($0.key) }.map {
      PinChange(
        event: .revoked, server: configuration.name, key: $0.key, before: $0.before,
        after: $0.after, user: user, isPerson: isPerson, reason: request.reason, time: time)
    }
  }

  /// What a tool does, once it is approved so: as the approver says, else `ItemReading.effect`; nil
  /// where nobody said, which counts as `destructive`. What the operator configured wins over it.
  private func effect(
    of key: ItemKey, _ reading: ItemReading, _ request: ReviewRequest
  ) -> String? {
    guard key.kind == .tool else { return nil }
    return request.effects[key.word] ?? reading.effect
  }

  /// - Parameter keys: whether a pattern, or no name at all, means it; a name does always.
  private func choose(
    _ request: ReviewRequest, from keys: [(key: ItemKey, isOpen: Bool)]
  ) throws(ReviewError) -> Set<ItemKey> {
    guard !request.items.isEmpty else { return Set(keys.filter(\.isOpen).map(\.key)) }
    var chosen: Set<ItemKey> = []
    let words = ItemWords(keys.map(\.key))
    for pattern in request.items {
      let isPattern = ItemWords.isPattern(pattern)
      let meant = words.places(meantBy: pattern).map { keys[$0] }.filter {
        !isPattern || $0.isOpen
      }
      guard !meant.isEmpty else { throw .unknown(pattern) }
      chosen.formUnion(meant.map(\.key))
    }
    return chosen
  }

  private func checkEffects(
    _ request: ReviewRequest, _ selected: [Item]
  ) throws(ReviewError) {
    let tools = Dictionary(
      selected.filter { $0.key.kind == .tool }.map { ($0.key.word, $0) }
    ) { first, _ in first }
    for (word, effect) in request.effects.sorted(by: { $0.key < $1.key }) {
      guard let item = tools[word] else {
        throw .invalid("an effect is given for \(word), which is no tool that is to be approved")
      }
      guard Configuration.Effect(rawValue: effect) != nil else {
        let known = Configuration.Effect.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid("\(effect) is no effect; there are \(known)")
      }
      if let configured = configuration.declaredEffect(ofTool: item.key.name),
        configured.rawValue != effect
      {
        throw .invalid(
          "the configuration says that \(word) is \(configured.rawValue), and that holds; "
            + "change it there")
      }
    }
  }

  private func check(
    _ stops: [[Signal]], of selected: [Item], _ request: ReviewRequest
  ) throws(ReviewError) {
    let inTheWay = zip(selected, stops).flatMap { item, stops in
      stops.filter { !request.despite.contains($0.rule) }.map {
        ReviewError.Signal(item: item.key.word, rule: $0.rule, reason: $0.reason)
      }
    }
    guard inTheWay.isEmpty else { throw .blocked(inTheWay) }
  }
}
