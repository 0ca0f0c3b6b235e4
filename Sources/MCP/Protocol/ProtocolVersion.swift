/// The protocol generation a peer speaks.
public enum Era: String, Sendable, Hashable {
  /// 2026-07-28 and later: every request carries what is needed to serve it.
  case stateless
  /// 2025-11-25 and earlier: `initialize`, then a session.
  case session
}

/// A dated revision of the Model Context Protocol.
public struct ProtocolVersion: Sendable, Hashable, CustomStringConvertible {
  /// The date as it stands on the wire, for example `2026-07-28`.
  public let rawValue: String
  /// The era this revision belongs to.
  public let era: Era

  private init(_ rawValue: String, _ era: Era) {
    self.rawValue = rawValue
    self.era = era
  }

  /// The first stateless revision.
  public static let v2026_07_28 = ProtocolVersion("2026-07-28", .stateless)
  /// The newest revision with sessions.
  public static let v2025_11_25 = ProtocolVersion("2025-11-25", .session)
  /// Sessions; no batches any more.
  public static let v2025_06_18 = ProtocolVersion("2025-06-18", .session)
  /// The first revision with streamable HTTP.
  public static let v2025_03_26 = ProtocolVersion("2025-03-26", .session)
  /// The first revision: HTTP+SSE and stdio.
  public static let v2024_11_05 = ProtocolVersion("2024-11-05", .session)

  /// Newest first: the one protocol spoken inside, and what `server/discover` names.
  public static let supported: [ProtocolVersion] = [
    v2026_07_28, v2025_11_25, v2025_06_18, v2025_03_26, v2024_11_05,
  ]
  /// What `initialize` can negotiate, newest first. A handshake never selects a stateless revision.
  public static let negotiable: [ProtocolVersion] = [
    v2025_11_25, v2025_06_18, v2025_03_26, v2024_11_05,
  ]
  /// The newest revision spoken.
  public static let latest = v2026_07_28
  /// The newest revision that a handshake can select.
  public static let latestSession = v2025_11_25

  /// The supported revision with this date, or nil.
  public init?(_ text: String) {
    guard let known = Self.supported.first(where: { $0.rawValue == text }) else { return nil }
    self = known
  }

  /// Whether a call can be made as a task that a client asks for and fetches the result of. One
  /// revision has these, as an experiment (MCP 2025-11-25, basic/utilities/tasks); what the
  /// stateless era calls tasks is an extension.
  public var hasSessionTasks: Bool { self == .v2025_11_25 }

  /// The date.
  public var description: String { rawValue }
}

extension ProtocolVersion: Comparable {
  /// Older is less.
  public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool {
    left.rawValue < right.rawValue
  }
}
