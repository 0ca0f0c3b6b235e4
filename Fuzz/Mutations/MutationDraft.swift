import FuzzSupport

/// A mutation while it is drawn.
struct MutationDraft {
  var random: Random
  private(set) var kind = ""
  private(set) var detail = ""
  private(set) var changes: [String: [UInt8]?] = [:]
  private let log: SampleLog

  init(_ log: SampleLog, _ random: Random) {
    self.log = log
    self.random = random
  }

  /// Files that are alike.
  enum Group: String {
    case segment = "ledger/segment"
    case tree = "ledger/tree"
    case checkpoint = "ledger/checkpoint"
    case rotation = "ledger/rotation"
    case keys = "ledger/log.pub"
    case tile = "export/tile"
    case bundle = "export/bundle"
    case exportedCheckpoint = "export/checkpoint"
    case exportedKeys = "export/log.pub"

    func holds(_ path: String) -> Bool {
      switch self {
      case .segment: path.hasSuffix(".seg")
      case .tree: path.hasPrefix("ledger/tree/")
      case .rotation: path.hasPrefix("ledger/rotation-")
      case .bundle: path.hasPrefix("export/tile/entries/")
      case .tile: path.hasPrefix("export/tile/") && !Group.bundle.holds(path)
      case .checkpoint, .keys, .exportedCheckpoint, .exportedKeys: path == rawValue
      }
    }

    static let all: [Group] = [
      .segment, .tree, .checkpoint, .rotation, .keys, .tile, .bundle, .exportedCheckpoint,
      .exportedKeys,
    ]
  }

  mutating func draw() {
    switch random[100] {
    case ..<40:
      flip(random.pick(Group.all + [.segment, .segment, .segment, .bundle, .bundle, .tile]))
    case ..<52: forge()
    case ..<66: pieces(.segment, named: "frame", Pieces.frames)
    case ..<76: pieces(.bundle, named: "entry", Pieces.entries)
    case ..<86: whole(random.pick([.segment, .segment, .bundle, .bundle, .tile, .tile, .tree]))
    case ..<96: truncate(random.pick(Group.all))
    default: exchangeCheckpoint()
    }
  }

  private mutating func path(of group: Group) -> String {
    random.pick(log.files.keys.filter { group.holds($0) }.sorted())
  }

  private func bytes(_ path: String) -> [UInt8] { log.files[path] ?? [] }

  // MARK: Kinds

  private mutating func flip(_ group: Group) {
    kind = "\(group.rawValue): bit flipped"
    let path = path(of: group)
    var bytes = bytes(path)
    detail = flip(&bytes, 0..<bytes.count, path)
    changes[path] = bytes
  }

  private mutating func flip(_ bytes: inout [UInt8], _ range: Range<Int>, _ path: String) -> String
  {
    let offset = range.lowerBound + random[range.count]
    let bit = random[8]
    bytes[offset] ^= 1 << UInt8(bit)
    return "\(path), byte \(offset), bit \(bit)"
  }

  /// A change with checksums that fit: what somebody makes who wants it unnoticed.
  private mutating func forge() {
    let path = path(of: .segment)
    var bytes = bytes(path)
    let frame = random.pick(Pieces.frames(of: bytes))
    let payloads = Pieces.payloads(bytes, frame)
    let record = frame.lowerBound + Pieces.frameHeaderBytes..<payloads.lowerBound
    let hasPayloads = !payloads.isEmpty && !Pieces.isErased(bytes, frame)
    switch random[hasPayloads ? 5 : 2] {
    case 0:
      kind = "ledger/segment: record forged"
      detail = flip(&bytes, record, path)
      Pieces.mend(&bytes, frame)
    case 1:
      kind = "ledger/segment: sequence forged"
      detail = flip(&bytes, frame.lowerBound + 16..<frame.lowerBound + 24, path)
      Pieces.mend(&bytes, frame)
    case 2:
      kind = "ledger/segment: payload forged"
      detail = flip(&bytes, payloads, path)
      Pieces.mend(&bytes, frame)
    case 3:
      kind = "ledger/segment: payload cut to its salt"
      detail = "\(path), frame at \(frame.lowerBound)"
      Pieces.cutToSalt(&bytes, frame)
    default:
      kind = "ledger/segment: payload taken out"
      detail = "\(path), frame at \(frame.lowerBound)"
      Pieces.put(0, at: frame.lowerBound + 12, in: &bytes)
      for offset in payloads { bytes[offset] = 0 }
    }
    changes[path] = bytes
  }

  private mutating func pieces(
    _ group: Group, named name: String, _ cut: ([UInt8]) -> [Range<Int>]
  ) {
    let path = path(of: group)
    var bytes = bytes(path)
    let pieces = cut(bytes)
    let first = random[pieces.count]
    let second = random[pieces.count]
    let (low, high) = (pieces[min(first, second)], pieces[max(first, second)])
    let what: String
    switch random[4] {
    case 0:
      what = "dropped"
      bytes.removeSubrange(low)
    case 1:
      what = "repeated"
      bytes.insert(contentsOf: bytes[low], at: high.upperBound)
    case 2:
      what = "exchanged"
      let (former, later) = (Array(bytes[low]), Array(bytes[high]))
      bytes.replaceSubrange(high, with: former)
      bytes.replaceSubrange(low, with: later)
    default:
      what = "cut short"
      bytes.removeSubrange(low.lowerBound + random[low.count]..<low.upperBound)
    }
    kind = "\(group.rawValue): \(name) \(what)"
    detail = "\(path), \(name)s \(min(first, second)) and \(max(first, second))"
    changes[path] = bytes
  }

  private mutating func whole(_ group: Group) {
    let (one, other) = (path(of: group), path(of: group))
    detail = "\(one) and \(other)"
    switch random[3] {
    case 0:
      kind = "\(group.rawValue): file removed"
      changes[one] = .some(nil)
    case 1:
      kind = "\(group.rawValue): file repeated"
      changes[other] = bytes(one)
    default:
      kind = "\(group.rawValue): files exchanged"
      changes[one] = bytes(other)
      changes[other] = bytes(one)
    }
  }

  private mutating func truncate(_ group: Group) {
    kind = "\(group.rawValue): file cut short"
    let path = path(of: group)
    let bytes = bytes(path)
    let end = random[bytes.count]
    detail = "\(path), at \(end) of \(bytes.count)"
    changes[path] = Array(bytes[..<end])
  }

  private mutating func exchangeCheckpoint() {
    let group: Group = random.chance(50) ? .checkpoint : .exportedCheckpoint
    kind = "\(group.rawValue): an older one"
    let number = random[log.older.count]
    detail = "older checkpoint \(number)"
    changes[group.rawValue] = log.older[number]
  }
}
