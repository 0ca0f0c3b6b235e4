import Synchronization

/// What is made once for each key, by whoever asks first; the others wait for it.
final class Once<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let made = Mutex<[Key: Result<Value, any Error>]>([:])

  func value(for key: Key, make: () throws -> Value) throws -> Value {
    try made.withLock { made in
      let result = made[key] ?? Result { try make() }
      made[key] = result
      return try result.get()
    }
  }
}
