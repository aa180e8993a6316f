//! A section table for binaries that come without one.
//!
//! A virtual machine that traces registers also wants to name functions, and stops at a binary that has no section
//! headers, as stripped bytecode of version 3 has. An empty section table appended behind the program satisfies it
//! and changes nothing that runs: execution goes by the program headers.

/// Bytes of an ELF file header, and of a section header.
const HEADER_BYTES: usize = 64;

/// Where the file header keeps the offset of the section table (u64).
const TABLE_OFFSET_AT: usize = 40;

/// Where the file header keeps the number of section headers (u16), and behind it which of them holds the names.
const SECTION_COUNT_AT: usize = 60;

/// Section type of a string table.
const STRING_TABLE: u32 = 3;

/// The binary with a section table of two entries, none and a table of names with one empty name, if it has no
/// section; otherwise, or if it is no ELF file, unchanged.
pub(crate) fn with_section_table(elf: &[u8]) -> Vec<u8> {
    let mut bytes = elf.to_vec();
    let is_elf = elf.len() >= HEADER_BYTES && elf.starts_with(b"\x7fELF");
    if !is_elf || elf[SECTION_COUNT_AT..SECTION_COUNT_AT + 2] != [0, 0] {
        return bytes;
    }
    bytes.resize(elf.len().next_multiple_of(8), 0);
    let names_offset = bytes.len() as u64;
    bytes.extend([0; 8]);
    let table_offset = bytes.len() as u64;
    bytes.extend([0; HEADER_BYTES]);
    let mut names = [0; HEADER_BYTES];
    names[4..8].copy_from_slice(&STRING_TABLE.to_le_bytes());
    names[24..32].copy_from_slice(&names_offset.to_le_bytes());
    names[32..40].copy_from_slice(&1_u64.to_le_bytes());
    bytes.extend(names);
    bytes[TABLE_OFFSET_AT..TABLE_OFFSET_AT + 8].copy_from_slice(&table_offset.to_le_bytes());
    bytes[SECTION_COUNT_AT..SECTION_COUNT_AT + 4].copy_from_slice(&[2, 0, 1, 0]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elf(sections: u8) -> Vec<u8> {
        let mut elf = vec![0; 100];
        elf[..4].copy_from_slice(b"\x7fELF");
        elf[SECTION_COUNT_AT] = sections;
        elf
    }

    #[test]
    fn a_binary_without_sections_gets_an_empty_table_behind_it() {
        let stripped = elf(0);
        let bytes = with_section_table(&stripped);
        assert_eq!(bytes.len(), 104 + 8 + 2 * HEADER_BYTES);
        assert_eq!(bytes[64..100], stripped[64..]);
        assert_eq!(
            bytes[TABLE_OFFSET_AT..TABLE_OFFSET_AT + 8],
            112_u64.to_le_bytes()
        );
        assert_eq!(bytes[SECTION_COUNT_AT..64], [2, 0, 1, 0]);
        let names = &bytes[112 + HEADER_BYTES..];
        assert_eq!((names[4], names[24], names[32]), (3, 104, 1));
        assert_eq!(bytes[104], 0, "the empty name");
    }

    #[test]
    fn anything_else_is_left_alone() {
        for bytes in [elf(5), b"no ELF".to_vec(), vec![0; 100]] {
            assert_eq!(with_section_table(&bytes), bytes);
        }
    }
}
