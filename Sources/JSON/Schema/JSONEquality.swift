/// Equality of values as JSON Schema has it (2020-12 core section 4.2.2): numbers by value, members
/// in any order. Recursion is bounded by the documents' depth; time is O(n log n).
enum JSONEquality {
  static func equal(_ left: JSONView, _ a: Int, _ right: JSONView, _ b: Int) -> Bool {
    let (first, second) = (left[a], right[b])
    guard first.kind == second.kind, first.count == second.count else { return false }
    switch first.kind {
    case .true, .false, .null: return true
    case .number: return numbersEqual(left.raw(first), right.raw(second))
    case .string:
      return right.withUnescaped(second) { left.string(first, equals: $0) }
    case .array:
      var (x, y) = (a + 1, b + 1)
      for _ in 0..<first.count {
        if !equal(left, x, right, y) { return false }
        (x, y) = (Int(left[x].next), Int(right[y].next))
      }
      return true
    case .object:
      let (x, y) = (sortedNames(left, a), sortedNames(right, b))
      return zip(x, y).allSatisfy { one, other in
        order(left, one, right, other) == 0 && equal(left, one + 1, right, other + 1)
      }
    }
  }

  /// The places of two equal elements of an array, if there are any. Elements are compared only
  /// when their hashes agree, and the hash has the process's random seed.
  static func firstDuplicate(_ view: JSONView, _ array: Int) -> (Int, Int)? {
    let count = view[array].count
    guard count > 1 else { return nil }
    var seen: [Int: [(index: Int, row: Int)]] = [:]
    seen.reserveCapacity(count)
    var row = array + 1
    for index in 0..<count {
      var hasher = Hasher()
      hash(view, row, &hasher)
      let value = hasher.finalize()
      for earlier in seen[value] ?? [] where equal(view, row, view, earlier.row) {
        return (earlier.index, index)
      }
      seen[value, default: []].append((index, row))
      row = Int(view[row].next)
    }
    return nil
  }

  private static func hash(_ view: JSONView, _ row: Int, _ hasher: inout Hasher) {
    let entry = view[row]
    hasher.combine(entry.kind)
    hasher.combine(entry.count)
    switch entry.kind {
    case .true, .false, .null: break
    case .number:
      let decimal = Decimal(number: view.raw(entry))
      hasher.combine(decimal.exponent)
      hasher.combine(decimal.negative && !decimal.isZero)
      if decimal.isExact {
        hasher.combine(decimal.coefficient)
      } else {
        for digit in significantDigits(view.raw(entry)) { hasher.combine(digit) }
      }
    case .string:
      view.withUnescaped(entry) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case .array:
      var element = row + 1
      for _ in 0..<entry.count {
        hash(view, element, &hasher)
        element = Int(view[element].next)
      }
    case .object:
      for name in sortedNames(view, row) {
        hash(view, name, &hasher)
        hash(view, name + 1, &hasher)
      }
    }
  }

  private static func numbersEqual(
    _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    let (x, y) = (Decimal(number: left), Decimal(number: right))
    if x.isExact != y.isExact { return false }
    if x.isExact { return x == y || (x.isZero && y.isZero) }
    return x.negative == y.negative && x.exponent == y.exponent
      && significantDigits(left).elementsEqual(significantDigits(right))
  }

  /// The digits before the exponent without leading and trailing zeros.
  private static func significantDigits(_ text: UnsafeBufferPointer<UInt8>) -> ArraySlice<UInt8> {
    var digits = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }.filter(\.isDigit)[...]
    while digits.first == UInt8(ascii: "0") { digits.removeFirst() }
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return digits
  }

  private static func sortedNames(_ view: JSONView, _ object: Int) -> [Int] {
    var names: [Int] = []
    names.reserveCapacity(view[object].count)
    var name = object + 1
    for _ in 0..<view[object].count {
      names.append(name)
      name = Int(view[name + 1].next)
    }
    names.sort { order(view, $0, view, $1) < 0 }
    return names
  }

  private static func order(_ left: JSONView, _ a: Int, _ right: JSONView, _ b: Int) -> Int {
    left.withUnescaped(left[a]) { one in
      right.withUnescaped(right[b]) { other in
        for (x, y) in zip(one, other) where x != y { return Int(x) - Int(y) }
        return one.count - other.count
      }
    }
  }
}
