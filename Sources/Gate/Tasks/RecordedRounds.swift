import Crypto
import JSON

/// The rounds of questions of tasks that are on record already: a task asks the same in every
/// answer until it is answered. Bounded; what is forgotten is recorded once more.
struct RecordedRounds {
  static let countMax = 1_024

  /// What a task asks, under the policies that decide about it.
  struct Round: Hashable {
    private let digest: SHA256Digest

    /// - Parameters:
    ///   - state: of the task.
    ///   - id: the task's, as its principal knows it.
    init(_ state: JSONNode, of id: String, in call: Call) {
      var digest = SHA256()
      let snapshot = call.snapshot
      for text in [id, snapshot.policies.version, snapshot.decider.entitiesVersion] {
        digest.update(Array("\(text)\u{0}".utf8))
      }
      if let requests = state[member: "inputRequests"] { digest.update(Array(requests.raw)) }
      self.digest = digest.finalize()
    }
  }

  private var rounds = BoundedCache<Round, Void>(entries: countMax, bytes: 4 * countMax)

  mutating func has(_ round: Round) -> Bool { rounds[round] != nil }

  mutating func insert(_ round: Round) { rounds.insert((), for: round, bytes: 1) }
}
