/// What was checked.
struct Tally {
  var kills = 0
  var acknowledged = 0
  /// Acknowledged records that were looked for, those of earlier rounds again each time.
  var checks = 0
  /// Records that were verified, each time again.
  var records = 0
  var checkpoints = 0
  var cuts = 0
  var changesOfKey = 0
  var erased = 0

  func show() {
    print("\(acknowledged) acknowledged records, found again \(checks) times")
    print("\(records) records verified")
    print("\(checkpoints) acknowledged checkpoints extended")
    print(
      "\(cuts) unfinished writes cut off, \(changesOfKey) changes of the key, \(erased) erasures")
  }
}
