public import Configuration

/// What was said of upstreams while the gateway ran, at one moment.
public struct UpstreamRegister: Sendable, Equatable {
  /// The upstreams that were added, by name.
  public var upstreams: [StoredUpstream]
  /// What was said of upstreams, by name, wherever they come from.
  public var notes: [String: UpstreamNote]

  /// Nothing unless told otherwise.
  public init(upstreams: [StoredUpstream] = [], notes: [String: UpstreamNote] = [:]) {
    self.upstreams = upstreams
    self.notes = notes
  }

  /// The upstream of this name that was added.
  public func upstream(named name: String) -> StoredUpstream? {
    upstreams.first { $0.name == name }
  }

  /// The upstreams that the operator has disabled.
  public var disabled: Set<String> { Set(notes.filter { !$1.isEnabled }.keys) }

  /// What is known of an upstream, and who says it. Where the file has a card, it is the whole.
  public func card(
    of name: String, under file: [String: Configuration.Card]
  ) -> (json: [UInt8], origin: Configuration.Upstream.Origin)? {
    if let card = file[name] { return (card.json, .file) }
    return notes[name]?.card.map { ($0, .store) }
  }

  /// What policies can ask about upstreams, by name.
  /// - Parameters:
  ///   - file: the cards of the configuration file.
  ///   - day: today, as `CardDate` has it.
  public func cards(
    under file: [String: Configuration.Card], on day: String
  ) -> [String: ServerCard] {
    var cards: [String: ServerCard] = [:]
    for name in Set(notes.keys).union(file.keys) {
      cards[name] = card(of: name, under: file).map { ServerCard($0.json, on: day) }
    }
    return cards
  }
}

/// What the operator said of one upstream.
public struct UpstreamNote: Sendable, Equatable {
  /// False when the operator has disabled it.
  public var isEnabled: Bool
  /// What is known of it besides, as JSON.
  public var card: [UInt8]?

  /// Nothing unless told otherwise.
  public init(isEnabled: Bool = true, card: [UInt8]? = nil) {
    self.isEnabled = isEnabled
    self.card = card
  }
}

/// One change of a register.
public enum UpstreamChange: Sendable, Equatable {
  /// An upstream is added.
  case add(StoredUpstream)
  /// An added upstream is removed, with what was said of it.
  case remove(String)
  /// An upstream is enabled or disabled.
  case enable(String, Bool)
  /// What is known of an upstream becomes another, or nothing.
  case describe(String, card: [UInt8]?)

  /// The upstream.
  public var name: String {
    switch self {
    case .add(let upstream): upstream.name
    case .remove(let name), .enable(let name, _), .describe(let name, _): name
    }
  }
}

extension UpstreamRegister {
  /// The register after a change.
  public func after(_ change: UpstreamChange) -> UpstreamRegister {
    var next = self
    switch change {
    case .add(let upstream):
      next.upstreams.removeAll { $0.name == upstream.name }
      next.upstreams.append(upstream)
      next.upstreams.sort { $0.name < $1.name }
    case .remove(let name):
      next.upstreams.removeAll { $0.name == name }
      next.notes[name] = nil
    case .enable(let name, let isEnabled):
      next.notes[name, default: UpstreamNote()].isEnabled = isEnabled
    case .describe(let name, let card):
      next.notes[name, default: UpstreamNote()].card = card
    }
    return next
  }
}
