/// Where batches go. Confined to one loop.
public protocol ExportDestination: AnyObject {
  /// Delivers a batch as a whole; returns when the receiver has taken it.
  func deliver(_ batch: ExportBatch) async throws(DeliveryFailure)

  /// Bytes of an output file with everything that was delivered; nil for other destinations.
  var outputBytes: Int? { get }
}
