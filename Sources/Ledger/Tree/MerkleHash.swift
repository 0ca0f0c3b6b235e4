public import Crypto

/// The hashes of a Merkle tree (RFC 6962 §2.1): leaves and nodes are told apart by their first byte.
public enum MerkleHash {
  /// The root of a tree without leaves.
  public static let empty = SHA256.hash([])

  /// The hash of a leaf that holds `record`.
  public static func leaf(_ record: [UInt8]) -> SHA256Digest {
    var message: [UInt8] = []
    message.reserveCapacity(record.count + 1)
    message.append(0)
    message += record
    return SHA256.hash(message)
  }

  /// The hash over two subtrees.
  public static func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
    left.withBytes { left in
      right.withBytes { right in
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 65) { message in
          message[0] = 1
          for index in 0..<32 {
            message[1 + index] = left[index]
            message[33 + index] = right[index]
          }
          return SHA256.hash(Span(_unsafeElements: UnsafeBufferPointer(message)))
        }
      }
    }
  }
}
