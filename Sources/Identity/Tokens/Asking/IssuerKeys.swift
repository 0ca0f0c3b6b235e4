import Configuration
import Crypto
import Logging
import Synchronization

/// The keys of one issuer, asked for when they are needed. Any thread.
final class IssuerKeys: Sendable {
  /// Requests that wait for keys at a time.
  static let waitingMax = 1024

  private struct State {
    var cache = KeySetCache()
    var digest: SHA256Digest?
    var waiting: [UnsafeContinuation<Void, Never>] = []
  }

  private let issuer: Configuration.Issuer
  private let algorithms: [SignatureAlgorithm]
  private let documents: any IssuerDocuments
  private let clock: TokenClock
  private let log: Logger
  /// Keys are others than before.
  private let changed: @Sendable () -> Void
  private let state = Mutex(State())

  init(
    _ issuer: Configuration.Issuer, documents: any IssuerDocuments, clock: TokenClock, log: Logger,
    changed: @escaping @Sendable () -> Void
  ) {
    self.issuer = issuer
    self.documents = documents
    self.clock = clock
    self.log = log
    self.changed = changed
    algorithms = issuer.algorithms.compactMap(SignatureAlgorithm.init)
  }

  /// The keys that may have signed a token; waits where the issuer has to be asked first.
  func candidates(
    id: String?, algorithm: SignatureAlgorithm
  ) async throws(TokenRefusal) -> [SignatureKey] {
    for _ in 0..<3 {
      let now = clock.steady()
      switch state.withLock({ $0.cache.answer(id: id, algorithm: algorithm, now: now) }) {
      case .candidates(let keys, let refreshing):
        if refreshing { begin() }
        return keys
      case .wait(let begins):
        if begins { begin() }
        await wait()
      case .unknown: throw .unknownKey(issuer: issuer.name, key: id)
      case .unavailable: throw .keysUnavailable(issuer: issuer.name)
      }
    }
    throw .keysUnavailable(issuer: issuer.name)
  }

  private func wait() async {
    await withUnsafeContinuation { continuation in
      let isWaiting = state.withLock { state in
        guard state.cache.isFetching, state.waiting.count < Self.waitingMax else { return false }
        state.waiting.append(continuation)
        return true
      }
      if !isWaiting { continuation.resume() }
    }
  }

  private func begin() {
    documents.spawn { [self] in
      let result = await fetched()
      let now = clock.steady()
      let (waiting, isOther) = state.withLock { state in
        var isOther = false
        switch result {
        case .success(let (keys, digest, lifetime)):
          state.cache.succeeded(keys, lifetime: lifetime, now: now)
          isOther = state.digest != nil && state.digest != digest
          state.digest = digest
        case .failure: state.cache.failed(now: now)
        }
        defer { state.waiting = [] }
        return (state.waiting, isOther)
      }
      switch result {
      case .success(let (keys, _, _)):
        if isOther { changed() }
        log.info(
          "the keys of an issuer are known",
          [
            ("issuer", issuer.name), ("keys", "\(keys.count)"), ("skipped", "\(keys.skipped)"),
            ("changed", "\(isOther)"),
          ])
      case .failure(let error):
        log.warning(
          "the keys of an issuer are not known",
          [("issuer", issuer.name), ("reason", error.reason)])
      }
      for continuation in waiting { continuation.resume() }
    }
  }

  private typealias Fetched = (keys: KeySet, digest: SHA256Digest, lifetime: Int64?)

  private func fetched() async -> Result<Fetched, IssuerError> {
    do throws(IssuerError) {
      let answer = try await ask(try await keysURL())
      let keys: KeySet
      do throws(KeySetError) {
        keys = try KeySet(json: answer.body, algorithms: algorithms)
      } catch {
        throw IssuerError("\(error)")
      }
      return .success((keys, SHA256.hash(answer.body), answer.lifetime))
    } catch {
      return .failure(error)
    }
  }

  private func keysURL() async throws(IssuerError) -> String {
    if let url = issuer.keysURL { return url }
    var reasons: [String] = []
    for location in IssuerMetadata.locations(of: issuer.issuer) {
      do throws(IssuerError) {
        let answer = try await ask(location)
        return try IssuerMetadata.keysURL(in: answer.body, of: issuer.issuer)
      } catch {
        reasons.append(error.reason)
      }
    }
    throw IssuerError(reasons.joined(separator: "; "))
  }

  private func ask(_ url: String) async throws(IssuerError) -> IssuerAnswer {
    try await documents.ask(
      IssuerRequest(
        url: url, allowsPrivateAddresses: issuer.allowsPrivateAddresses,
        certificateAuthorities: issuer.certificateAuthorities)
    ).get()
  }
}
