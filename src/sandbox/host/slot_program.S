# The bytes of the slot's program; CODE_EXEC_SLOT_PROGRAM is its path, from CMake.
        .section .rodata
        .global code_exec_slot_program_begin
        .global code_exec_slot_program_end
        .balign 16
code_exec_slot_program_begin:
        .incbin CODE_EXEC_SLOT_PROGRAM
code_exec_slot_program_end:
        .section .note.GNU-stack, "", @progbits
