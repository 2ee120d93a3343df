//! What is doubtful in feeds although it can be read.
