package main

import (
	"encoding/hex"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The vectors that Tests/LedgerTests/Tree holds against ours.
func TestPublishedRoots(t *testing.T) {
	leaves := []string{
		"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
		"606162636465666768696a6b6c6d6e6f",
	}
	roots := map[int]string{
		1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var stored memory
	for n, leaf := range leaves {
		record, err := hex.DecodeString(leaf)
		if err != nil {
			t.Fatal(err)
		}
		hashes, err := tlog.StoredHashes(int64(n), record, stored)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
		wanted, isKnown := roots[n+1]
		if !isKnown {
			continue
		}
		root, err := tlog.TreeHash(int64(n+1), stored)
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(root[:]) != wanted {
			t.Errorf("the root over %d leaves is %x, not %s", n+1, root, wanted)
		}
	}
}

func TestPublishedNote(t *testing.T) {
	verifier, err := note.NewVerifier(
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
	if err != nil {
		t.Fatal(err)
	}
	text := "If you think cryptography is the answer to your problem,\n" +
		"then you don't know what your problem is.\n"
	signature := "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2" +
		"pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
	opened, err := note.Open([]byte(text+signature), note.VerifierList(verifier))
	if err != nil || opened.Text != text {
		t.Errorf("the note does not open: %v", err)
	}
}

func TestPaths(t *testing.T) {
	if path := resource("0", 1234067, width); path != "tile/0/x001/x234/067" {
		t.Error(path)
	}
	if path := resource("entries", 0, 17); path != "tile/entries/000.p/17" {
		t.Error(path)
	}
}
