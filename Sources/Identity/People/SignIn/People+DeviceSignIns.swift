import Synchronization

/// Signing in at the command line by way of a browser: with passkeys, or by an issuer.
extension People {
  /// Begins one.
  public func beginDeviceSignIn() throws(PeopleError) -> DeviceSignIn {
    let now = clock.wall()
    guard let begun = state.withLock({ $0.devices.begin(at: now) }) else { throw .busy }
    return begun
  }

  /// Whether one with this code waits for an answer.
  public func isDeviceSignInWaiting(_ userCode: String) -> Bool {
    let now = clock.wall()
    return state.withLock { $0.devices.isWaiting(userCode, at: now) }
  }

  /// Signs in where it was begun.
  /// - Returns: false when none with this code waits.
  public func confirmDeviceSignIn(_ userCode: String, as who: SignedIn) -> Bool {
    let now = clock.wall()
    return state.withLock { $0.devices.answer(userCode, .confirmed(who), at: now) }
  }

  /// Signs nobody in where it was begun.
  public func refuseDeviceSignIn(_ userCode: String) -> Bool {
    let now = clock.wall()
    return state.withLock { $0.devices.answer(userCode, .refused, at: now) }
  }

  /// What became of one; who confirmed it is told once.
  public func takeDeviceSignIn(_ deviceCode: String) -> DeviceSignInOutcome {
    let now = clock.wall()
    return state.withLock { $0.devices.take(deviceCode, at: now) }
  }
}
