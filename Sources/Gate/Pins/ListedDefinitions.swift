import MCP
import Synchronization

/// Which generation of the catalog callers were listed last, as far as it is known; one for the
/// process. Any thread.
///
/// Every client with a session is known by it. A client without one names nothing that would tell
/// it from another of the same principal at the same endpoint: these count as one, so of two such
/// programs the one that lists settles it for both.
public final class ListedDefinitions: Sendable {
  /// Callers that are remembered at least; those beyond that list nothing for the longest are
  /// forgotten.
  static let remembered = 8_192
  /// Tools that are remembered as found of one caller; beyond it all of them are forgotten.
  static let foundMax = 256

  struct Key: Hashable {
    let caller: String
    let endpoint: Endpoint
    let session: String?
  }

  private struct Listed {
    /// Of the whole list; nil when only single tools were found.
    var generation: UInt64?
    /// The tools that were found or described by themselves, with the generations of that.
    var found: [String: UInt64] = [:]
    /// The tools of which was told that they are others now, with the generations of that.
    var told: [String: UInt64] = [:]
  }

  private struct State {
    var young: [Key: Listed] = [:]
    var old: [Key: Listed] = [:]

    subscript(key: Key) -> Listed? {
      get { young[key] ?? old[key] }
      set {
        if young[key] == nil, young.count >= ListedDefinitions.remembered {
          old = young
          young = [:]
        }
        young[key] = newValue
      }
    }
  }

  private let state = Mutex(State())

  /// Nobody was listed anything.
  public init() {}

  /// A caller is listed the tools of a generation; further pages do not make the list newer.
  func note(_ key: Key, generation: UInt64, isFirstPage: Bool) {
    state.withLock { state in
      let before = isFirstPage ? generation : state[key]?.generation ?? generation
      state[key] = Listed(generation: min(before, generation))
    }
  }

  /// A caller finds tools of a generation, or one is described to it.
  func note(_ key: Key, found tools: [String], generation: UInt64) {
    guard !tools.isEmpty else { return }
    state.withLock { state in
      var listed = state[key] ?? Listed()
      if listed.found.count + tools.count > Self.foundMax { listed.found = [:] }
      for tool in tools.prefix(Self.foundMax) { listed.found[tool] = generation }
      state[key] = listed
    }
  }

  /// Whether a caller was listed a tool, or found it, before it took another's place, and was not
  /// told so yet.
  func isStale(_ key: Key, _ tool: String, replacedIn generation: UInt64) -> Bool {
    state.withLock { state in
      guard var listed = state[key],
        let known = [listed.generation, listed.found[tool]].compactMap(\.self).max(),
        known < generation, listed.told[tool] != generation
      else { return false }
      listed.told[tool] = generation
      state[key] = listed
      return true
    }
  }
}
